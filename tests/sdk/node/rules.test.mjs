// What the rules of `tests/sdk/rules` say, as their users read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RateLimitError } from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { captured, client, joined } from './fake.mjs';
import { met } from './met.mjs';

const TOOLS = {
  get_weather: ({ city }) => `21 °C and "fair" in ${city}`,
  get_time: ({ city }) => `9 o'clock in ${city}`,
};

const declared = (name) => ({
  name,
  description: 'Looks it up.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
});

const asked = (content, params) => ({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...params });

/** A test that has the client with a key of its own. */
const ruled = (name, run) =>
  test(name, () => {
    const key = `sk-node-rules-${name.replace(/\W+/g, '-')}`;
    return run(client({ apiKey: key }), key);
  });

/** What each answer of a chat said, and what it called. */
const chatLoop = async (say, content) => {
  const params = asked(content, {
    tools: Object.keys(TOOLS).map((name) => ({ type: 'function', function: declared(name) })),
  });
  const said = [];
  do {
    const message = await say(params);
    const calls = message.tool_calls ?? [];
    const called = calls.map(({ function: fn }) => [fn.name, JSON.parse(fn.arguments)]);
    said.push([message.content ?? '', ...called]);
    const results = calls.map(({ id, function: fn }) => ({
      role: 'tool',
      tool_call_id: id,
      content: TOOLS[fn.name](JSON.parse(fn.arguments)),
    }));
    params.messages = [...params.messages, message, ...results];
  } while (said.at(-1).length > 1);
  return said;
};

/** The same of responses. */
const responsesLoop = async (say, content) => {
  const tools = Object.keys(TOOLS).map((name) => ({ type: 'function', ...declared(name) }));
  const said = [];
  let input = [{ role: 'user', content }];
  do {
    const { output: items, output_text } = await say({ model: 'gpt-4o', input, tools });
    // The helper for streams puts in what the API does not take.
    const output = items.map(({ parsed_arguments, ...item }) => item);
    const calls = output.filter((item) => item.type === 'function_call');
    said.push([output_text, ...calls.map((call) => [call.name, JSON.parse(call.arguments)])]);
    const results = calls.map((call) => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: TOOLS[call.name](JSON.parse(call.arguments)),
    }));
    input = [...input, ...output, ...results];
  } while (said.at(-1).length > 1);
  return said;
};

const LOOPS = {
  chat: ({ chat }, content) =>
    chatLoop(async (params) => (await chat.completions.create(params)).choices[0].message, content),
  'chat, streamed': ({ chat }, content) =>
    chatLoop((params) => chat.completions.stream(params).finalMessage(), content),
  responses: ({ responses }, content) => responsesLoop((params) => responses.create(params), content),
  'responses, streamed': ({ responses }, content) =>
    responsesLoop((params) => responses.stream(params).finalResponse(), content),
};

for (const [name, loop] of Object.entries(LOOPS)) {
  ruled(`a tool is called and its result told: ${name}`, async (openai, key) => {
    assert.deepEqual(await loop(openai, 'How is the weather in Oslo today?'), [
      ['', ['get_weather', { city: 'Oslo' }]],
      ['In Oslo it is 21 °C and "fair" in Oslo. "Dress well!"'],
    ]);
    assert.deepEqual(await met(key, 'weather'), ['ask the tool', 'tell what it says']);
  });

  ruled(`two tools are called at once after a text, and one again: ${name}`, async (openai, key) => {
    assert.deepEqual(await loop(openai, 'Plan a trip to Voss.'), [
      ['I look Voss up.', ['get_time', { city: 'Voss' }], ['get_weather', { city: 'Voss' }]],
      ['', ['get_time', { city: 'Bergen' }]],
      ["Leave at 9 o'clock in Bergen."],
    ]);
    assert.deepEqual(await met(key, 'trip'), [
      'say something and ask two tools',
      'ask the first once more',
      'sum it up',
    ]);
  });
}

for (const stream of [false, true]) {
  ruled(`runTools runs to the end${stream ? ', streamed' : ''}`, async (openai, key) => {
    const tools = Object.entries(TOOLS).map(([name, call]) => ({
      type: 'function',
      function: { ...declared(name), function: call, parse: JSON.parse },
    }));
    const runner = openai.chat.completions.runTools(asked('Is the weather in Oslo fair?', { tools, stream }));
    assert.equal(await runner.finalContent(), 'In Oslo it is 21 °C and "fair" in Oslo. "Dress well!"');
    assert.deepEqual(await met(key, 'weather'), ['ask the tool', 'tell what it says']);
  });
}

ruled('an answer in a shape, and a refusal', async ({ chat, responses }, key) => {
  const Recipe = z.object({
    title: z.string(),
    minutes: z.number().int(),
    steps: z.array(z.string()),
    wine: z.string().nullable(),
  });
  const soup = {
    title: 'soup, “slow”',
    minutes: 25,
    steps: ['Boil water.', 'Put the soup in.'],
    wine: null,
  };
  const of = (format, content) => asked(content, { response_format: format });
  const message = async (content) =>
    (await chat.completions.parse(of(zodResponseFormat(Recipe, 'recipe'), content))).choices[0].message;
  assert.deepEqual((await message('A recipe for soup')).parsed, soup);
  const { parsed, refusal } = await message('A recipe for hemlock');
  assert.deepEqual([parsed, refusal], [null, 'I cannot help with hemlock.']);

  const text = { format: zodTextFormat(Recipe, 'recipe') };
  const response = (input) => responses.parse({ model: 'gpt-4o', input, text });
  assert.deepEqual((await response('A recipe for soup')).output_parsed, soup);
  const refused = await response('A recipe for hemlock');
  assert.equal(refused.output_parsed, null);
  assert.equal(refused.output[0].content[0].refusal, 'I cannot help with hemlock.');
  assert.deepEqual(await met(key, 'recipe'), ['cook', 'refuse', 'cook', 'refuse']);
});

for (const stream of [false, true]) {
  ruled(`the client's own retries come to an answer${stream ? ', streamed' : ''}`, async (openai, key) => {
    const patient = openai.withOptions({ maxRetries: 2 }).chat.completions;
    const reply = await patient.create(asked('The third time lucky?', { stream }));
    const text = stream ? joined(await Array.fromAsync(reply)) : reply.choices[0].message.content;
    assert.equal(text, 'Lucky at the third time.');
    const poor = { model: 'gpt-4o', input: 'There is no money left', stream };
    await assert.rejects(openai.responses.create(poor), (error) => {
      assert.deepEqual([error.constructor, error.code], [RateLimitError, 'insufficient_quota']);
      return true;
    });
    assert.deepEqual(await met(key, 'retry'), [...Array(3).fill('fail twice'), 'do not try again']);
    const { requests } = await captured(key);
    assert.deepEqual(
      requests.map((request) => request.status),
      [429, 500, 200, 429],
    );
  });
}

ruled('a stream in pieces', async ({ chat, responses }, key) => {
  const params = asked('Say it slowly, please');
  const whole = await chat.completions.create(params);
  const streamed = { ...params, stream: true, stream_options: { include_usage: true } };
  const chunks = await Array.fromAsync(await chat.completions.create(streamed));
  const contents = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean);
  assert.deepEqual(contents, ['Slow', ' and steady', ' — ', 'ok.']);
  assert.equal(whole.choices[0].message.content, contents.join(''));
  assert.deepEqual(chunks.at(-1).usage, whole.usage);
  assert.deepEqual([whole.usage.prompt_tokens, whole.usage.total_tokens], [1000, 1007]);
  assert.equal(whole.usage.prompt_tokens_details.cached_tokens, 512);
  for (const { id, model } of [whole, ...chunks]) {
    assert.deepEqual([id, model], ['slow-1', 'gpt-4o-slow']);
  }

  const asking = { model: 'gpt-4o', input: 'Say it slowly, please', stream: true };
  const events = await Array.fromAsync(await responses.create(asking));
  const deltas = events.filter((event) => event.type === 'response.output_text.delta');
  assert.deepEqual(
    deltas.map((event) => event.delta),
    contents,
  );
  const { usage } = events.at(-1).response;
  assert.deepEqual([usage.input_tokens, usage.output_tokens, usage.total_tokens], [1000, 7, 1007]);

  const [choice] = (await chat.completions.create(asked('But are you sure?', { logprobs: true }))).choices;
  assert.deepEqual([choice.message.content, choice.finish_reason], ['Quite sure', 'stop']);
  assert.deepEqual(
    choice.logprobs.content.map(({ token, logprob }) => [token, logprob]),
    [
      ['Quite', -0.25],
      [' sure', -0.125],
    ],
  );
  assert.deepEqual(await met(key, 'stream'), [...Array(3).fill('in pieces'), 'with probabilities']);
});

ruled('vectors, flags, pictures and completions', async (openai, key) => {
  const vectors = async (input, params) =>
    (await openai.embeddings.create({ model: 'text-embedding-3-small', input, ...params })).data;
  // Without a format the client asks for base64.
  for (const params of [{}, { encoding_format: 'float' }]) {
    const found = await vectors(['The cat of the ferry sleeps.', 'A feline.', 'north by north-west'], params);
    const [cat, feline, given] = found.map(({ embedding }) => embedding);
    assert.deepEqual(cat, feline);
    assert.deepEqual(given.map(Math.fround), [0.6, -0.8, 0].map(Math.fround));
  }

  const input = ["fifteen men on the dead man's chest", 'kill the lights'];
  const [song, dark] = (await openai.moderations.create({ input })).results;
  assert.deepEqual([song.flagged, song.category_scores.violence, dark.flagged], [true, 0.9375, false]);
  assert.ok(song.categories['harassment/threatening'] && !song.categories.sexual);

  const pixel = { prompt: 'one single pixel', model: 'dall-e-3', response_format: 'b64_json' };
  const [picture] = (await openai.images.generate(pixel)).data;
  assert.match(picture.b64_json, /^iVBORw0KGgo/);
  assert.equal(picture.revised_prompt, 'A pixel.');

  const legacy = { model: 'davinci-002', prompt: 'Once upon a ferry' };
  const [choice] = (await openai.completions.create(legacy)).choices;
  assert.deepEqual([choice.text, choice.finish_reason], [' there was a captain.', 'length']);

  const headers = { 'x-owner': 'Ada' };
  const { created, owned_by } = await openai.models.retrieve('gpt-ferry', { headers });
  assert.deepEqual([created, owned_by], [5, 'Ada']);
  const named = await met(key, 'data');
  assert.deepEqual(named, [
    'a cat is a feline',
    'a cat is a feline',
    "a pirate's song",
    'a picture',
    'a completion',
    'another body',
  ]);
});

ruled('a search, and what it cites', async ({ responses }, key) => {
  const params = { model: 'gpt-4o', input: 'Tell me who runs the ferry', tools: [{ type: 'web_search' }] };
  const { output, output_text } = await responses.create(params);
  const { type, id, action } = output[0];
  assert.deepEqual([type, id, action.query], ['web_search_call', 'ws_ferry', 'ferry company']);
  const [{ url, start_index, end_index }] = output[1].content[0].annotations;
  assert.deepEqual(
    [url, output_text.slice(start_index, end_index)],
    ['https://example.com/ferry', 'example.com'],
  );
  const final = await responses.stream(params).finalResponse();
  assert.deepEqual([final.output[0], final.output_text], [output[0], output_text]);
  assert.deepEqual(final.output[1].content[0].annotations, output[1].content[0].annotations);
  assert.deepEqual(await met(key, 'search'), ['cite a page', 'cite a page']);
});
