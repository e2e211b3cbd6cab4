// Whole loops that say what the rules of `tests/sdk/rules` say, through either API.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  NoObjectGeneratedError,
  Output,
  embedMany,
  generateImage,
  generateText,
  isStepCount,
  streamText,
  tool,
} from 'ai';
import { z } from 'zod';
import { met } from './met.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const city = z.object({ city: z.string() });
const tools = {
  get_weather: tool({
    description: 'What the weather is like in a city',
    inputSchema: city,
    execute: async ({ city }) => `21 °C in ${city}`,
  }),
  get_time: tool({
    description: 'What time it is in a city',
    inputSchema: city,
    execute: async ({ city }) => `9 o'clock in ${city}`,
  }),
};

const provider = (name) => {
  const apiKey = `sk-ai-rules-${name.replace(/\W+/g, '-')}`;
  return [createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, apiKey }), apiKey];
};

/** A stream read to its end, in the form of a whole. */
const streamed = async (params) => {
  const errors = [];
  const stream = streamText({ ...params, onError: ({ error }) => errors.push(error) });
  const parts = await Array.fromAsync(stream.textStream);
  if (errors.length > 0) throw errors[0];
  const [text, steps, sources] = [await stream.text, await stream.steps, await stream.sources];
  return { text, steps, sources, usage: await stream.totalUsage, parts };
};

const APIS = { chat: (openai) => openai.chat('gpt-4o'), responses: (openai) => openai('gpt-4o') };
const WAYS = { whole: generateText, streamed };

/** A test for each API and way, with `run(ask, key)`. */
const ruled = (name, run) => {
  for (const [api, model] of Object.entries(APIS)) {
    for (const [how, way] of Object.entries(WAYS)) {
      test(`${name}: ${api}, ${how}`, () => {
        const [openai, key] = provider(`${name} ${api} ${how}`);
        const asked = { model: model(openai), maxRetries: 0 };
        return run((prompt, params) => way({ ...asked, prompt, ...params }), key, how);
      });
    }
  }
};

/** What each step said, and what it called. */
const said = ({ steps }) =>
  steps.map((step) => [step.text, ...step.toolCalls.map(({ toolName, input }) => [toolName, input.city])]);

ruled('a tool is called and its result told', async (ask, key) => {
  const result = await ask('How is the weather in Oslo today?', { tools, stopWhen: isStepCount(5) });
  assert.deepEqual(said(result), [
    ['', ['get_weather', 'Oslo']],
    ['In Oslo it is 21 °C in Oslo. "Dress well!"'],
  ]);
  assert.deepEqual(
    result.steps.map((step) => step.finishReason),
    ['tool-calls', 'stop'],
  );
  assert.deepEqual(await met(key, 'weather'), ['ask the tool', 'tell what it says']);
});

ruled('two tools are called at once after a text, and one again', async (ask, key) => {
  assert.deepEqual(said(await ask('Plan a trip to Voss.', { tools, stopWhen: isStepCount(5) })), [
    ['I look Voss up.', ['get_time', 'Voss'], ['get_weather', 'Voss']],
    ['', ['get_time', 'Bergen']],
    ["Leave at 9 o'clock in Bergen."],
  ]);
  assert.deepEqual(await met(key, 'trip'), [
    'say something and ask two tools',
    'ask the first once more',
    'sum it up',
  ]);
});

ruled('the retries of the SDK come to an answer', async (ask, key) => {
  const { text } = await ask('The third time lucky?', { maxRetries: 2 });
  assert.equal(text, 'Lucky at the third time.');
  await assert.rejects(ask('There is no money left'), (error) => {
    assert.ok(APICallError.isInstance(error));
    assert.deepEqual([error.statusCode, error.data.error.code], [429, 'insufficient_quota']);
    return true;
  });
  assert.deepEqual(await met(key, 'retry'), [...Array(3).fill('fail twice'), 'do not try again']);
});

ruled('a stream in pieces, with its usage', async (ask, key, how) => {
  const { text, parts, usage } = await ask('Say it slowly, please');
  assert.equal(text, 'Slow and steady — ok.');
  assert.deepEqual(parts ?? [], how === 'streamed' ? ['Slow', ' and steady', ' — ', 'ok.'] : []);
  assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [1000, 7, 1007]);
  assert.equal(usage.inputTokenDetails.cacheReadTokens, 512);
  assert.equal((await ask('But are you sure?')).text, 'Quite sure');
  assert.deepEqual(await met(key, 'stream'), ['in pieces', 'with probabilities']);
});

for (const [api, model] of Object.entries(APIS)) {
  test(`an answer in a shape, and a refusal: ${api}`, async () => {
    const [openai, key] = provider(`shapes ${api}`);
    const Recipe = z.object({
      title: z.string(),
      minutes: z.number().int(),
      steps: z.array(z.string()),
      wine: z.string().nullable(),
    });
    const output = Output.object({ schema: Recipe });
    const cook = async (prompt) => (await generateText({ model: model(openai), prompt, output })).output;
    assert.deepEqual(await cook('A recipe for soup'), {
      title: 'soup, “slow”',
      minutes: 25,
      steps: ['Boil water.', 'Put the soup in.'],
      wine: null,
    });
    await assert.rejects(cook('A recipe for hemlock'), NoObjectGeneratedError);
    assert.deepEqual(await met(key, 'recipe'), ['cook', 'refuse']);
  });
}

ruled('a search is told, and what it cites', async (ask, key) => {
  const { text, sources } = await ask('Tell me who runs the ferry');
  assert.equal(text, 'The harbour company runs it (example.com).');
  assert.deepEqual(
    sources.map(({ url, title }) => [url, title]),
    [['https://example.com/ferry', 'The ferry']],
  );
  assert.deepEqual(await met(key, 'search'), ['cite a page']);
});

for (const [how, way] of Object.entries(WAYS)) {
  test(`a search is the result of a tool: ${how}`, async () => {
    const [openai, key] = provider(`tool ${how}`);
    const tools = { web_search: openai.tools.webSearch() };
    const { steps } = await way({ model: openai('gpt-4o'), prompt: 'Say who runs the ferry', tools });
    const [{ toolName, output }] = steps[0].toolResults;
    assert.deepEqual([toolName, output.action], ['web_search', { type: 'search', query: 'ferry company' }]);
    assert.deepEqual(await met(key, 'search'), ['cite a page']);
  });
}

test('near vectors, and a picture', async () => {
  const [openai] = provider('vectors');
  const { embeddings } = await embedMany({
    model: openai.embedding('text-embedding-3-small'),
    values: ['The cat of the ferry sleeps.', 'A feline.', 'north by north-west'],
  });
  const [cat, feline, given] = embeddings;
  assert.deepEqual(cat, feline);
  assert.deepEqual(given, [0.6, -0.8, 0]);
  const { image } = await generateImage({ model: openai.image('dall-e-3'), prompt: 'one single pixel' });
  assert.match(image.base64, /^iVBORw0KGgo/);
});
