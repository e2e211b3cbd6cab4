import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  APICallError,
  NoObjectGeneratedError,
  Output,
  generateObject,
  generateText,
  isStepCount,
  streamObject,
  streamText,
} from 'ai';
import { z } from 'zod';
import { Fjord, called, openai, tools } from './fake.mjs';

/** A model that is only named is asked through the Responses API. */
const asked = (prompt, { model = 'gpt-4o', ...params } = {}) => ({
  model: openai(model),
  maxRetries: 0,
  prompt,
  ...params,
});

const options = (openai) => ({ providerOptions: { openai } });

/** All parts of a stream, none of which may be an error. */
const parts = async (stream) => {
  const all = await Array.fromAsync(stream.stream);
  assert.deepEqual(
    all.filter((part) => part.type === 'error'),
    [],
  );
  return all;
};

const kinds = (all) => all.map((part) => part.type).filter((type, at, types) => type !== types[at - 1]);

/** A picture of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

test('a text', async () => {
  const { text, finishReason, usage, response, warnings, finalStep } = await generateText(asked('Hello!'));
  assert.match(text, /\w.*\.$/);
  assert.deepEqual([finishReason, response.modelId, warnings], ['stop', 'gpt-4o-2024-08-06', []]);
  assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
  const { responseId, serviceTier } = finalStep.providerMetadata.openai;
  assert.deepEqual([responseId, serviceTier], [response.id, 'default']);
  assert.match(responseId, /^resp_/);
  assert.equal((await generateText(asked('Hello!'))).text, text);
});

test('a streamed text is the same', async () => {
  const whole = await generateText(asked('Hello!'));
  const stream = streamText(asked('Hello!'));
  const all = await parts(stream);
  assert.deepEqual(kinds(all), [
    'start',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
  const deltas = all.filter((part) => part.type === 'text-delta');
  assert.ok(deltas.length > 1);
  assert.equal(deltas.map((part) => part.text).join(''), whole.text);
  assert.equal(await stream.finishReason, 'stop');
  assert.deepEqual(await stream.totalUsage, whole.usage);
  const { providerMetadata } = await stream.finalStep;
  assert.equal(providerMetadata.openai.responseId, whole.response.id);
});

test('tools are called, then a text ends the loop', async () => {
  for (const model of ['gpt-4o', 'gpt-5']) {
    const params = asked('Use get_tides and get_depth', { model, tools, stopWhen: isStepCount(5) });
    const { steps, text } = await generateText(params);
    assert.deepEqual(called(steps), [['get_tides', 'get_depth'], []]);
    assert.deepEqual(steps[0].toolResults[0].output, ['06:12', '18:40']);
    assert.match(steps[0].toolResults[1].output, /^1308 (m|ft)$/);
    assert.deepEqual([steps[0].finishReason, steps[1].finishReason], ['tool-calls', 'stop']);
    assert.match(text, /\w.*\.$/);
  }
});

test('a loop where nothing is stored', async () => {
  const params = { model: 'gpt-5', tools, stopWhen: isStepCount(5), ...options({ store: false }) };
  const { steps, text } = await generateText(asked('Use get_depth', params));
  assert.deepEqual(called(steps), [['get_depth'], []]);
  assert.match(text, /\w.*\.$/);
});

test('streamed tools are called, then a text ends the loop', async () => {
  const stream = streamText(asked('Use get_depth', { tools, stopWhen: isStepCount(5) }));
  assert.deepEqual(kinds(await parts(stream)), [
    'start',
    'start-step',
    'tool-input-start',
    'tool-input-delta',
    'tool-input-end',
    'tool-call',
    'tool-result',
    'finish-step',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
  assert.deepEqual(called(await stream.steps), [['get_depth'], []]);
});

test('a tool can be demanded', async () => {
  const first = async (toolChoice) =>
    called((await generateText(asked('Go', { tools, toolChoice }))).steps)[0];
  assert.deepEqual(await first('required'), ['get_depth']);
  assert.deepEqual(await first({ type: 'tool', toolName: 'get_tides' }), ['get_tides']);
  assert.deepEqual(await first('none'), []);
  const allowed = options({ allowedTools: { toolNames: ['get_tides'], mode: 'required' } });
  assert.deepEqual(called((await generateText(asked('Go', { tools, ...allowed }))).steps), [['get_tides']]);
});

test('an object, whole and streamed', async () => {
  const { object } = await generateObject(asked('A fjord', { schema: Fjord }));
  assert.deepEqual(Fjord.parse(object), object);
  const stream = streamObject(asked('A fjord', { schema: Fjord }));
  assert.deepEqual((await Array.fromAsync(stream.partialObjectStream)).at(-1), object);
  assert.deepEqual(await stream.object, object);
});

test('outputs: an object, an array, a choice, any JSON', async () => {
  const output = async (output) => (await generateText(asked('Answer in JSON', { output }))).output;
  assert.ok(Fjord.safeParse(await output(Output.object({ schema: Fjord }))).success);
  assert.ok(z.array(Fjord).safeParse(await output(Output.array({ element: Fjord }))).success);
  assert.ok(['calm', 'rough'].includes(await output(Output.choice({ options: ['calm', 'rough'] }))));
  assert.equal(typeof (await output(Output.json())), 'object');
});

test('tools, and an object at the end', async () => {
  const params = { tools, output: Output.object({ schema: Fjord }), stopWhen: isStepCount(5) };
  const result = await generateText(asked('Use get_depth', params));
  assert.deepEqual(called(result.steps), [['get_depth'], []]);
  assert.ok(Fjord.safeParse(result.output).success);
  const stream = streamText(asked('Use get_depth', params));
  assert.deepEqual((await Array.fromAsync(stream.partialOutputStream)).at(-1), result.output);
});

test('thoughts are told', async () => {
  const params = { model: 'gpt-5', ...options({ reasoningSummary: 'auto', reasoningEffort: 'low' }) };
  const whole = await generateText(asked('Think!', params));
  assert.ok(whole.reasoningText.startsWith('**'));
  assert.ok(whole.usage.outputTokenDetails.reasoningTokens > 0);
  const stream = streamText(asked('Think!', params));
  const all = await parts(stream);
  const of = (type) => all.filter((part) => part.type === type);
  assert.equal(of('reasoning-start').length, whole.reasoning.length);
  assert.equal(of('reasoning-end').length, whole.reasoning.length);
  assert.ok(of('reasoning-delta').length > 5);
  assert.deepEqual([await stream.reasoningText, await stream.text], [whole.reasoningText, whole.text]);
});

test('what was said goes on: by messages, by a response, in a conversation', async () => {
  const first = await generateText(asked('My name is Liv.', { model: 'gpt-5' }));
  const messages = [
    { role: 'user', content: 'My name is Liv.' },
    ...first.responseMessages,
    { role: 'user', content: 'Who am I?' },
  ];
  const second = await generateText(asked(undefined, { model: 'gpt-5', messages }));
  assert.match(second.text, /\w.*\.$/);
  assert.ok(second.usage.inputTokens > first.usage.inputTokens);

  const previousResponseId = first.finalStep.providerMetadata.openai.responseId;
  const third = await generateText(
    asked('Who am I?', { model: 'gpt-5', ...options({ previousResponseId }) }),
  );
  assert.ok(third.usage.inputTokens > first.usage.inputTokens);
  assert.notEqual(third.text, (await generateText(asked('Who am I?', { model: 'gpt-5' }))).text);

  const reply = await fetch(`${process.env.OPENAI_BASE_URL}/conversations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.OPENAI_API_KEY}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const { id: conversation } = await reply.json();
  const inside = (prompt) => generateText(asked(prompt, options({ conversation })));
  const [one, two] = [await inside('My name is Liv.'), await inside('Who am I?')];
  assert.ok(two.usage.inputTokens > one.usage.inputTokens);
});

test('what was chosen reaches the response', async () => {
  const chosen = {
    metadata: { trip: 'north' },
    store: false,
    user: 'user-7',
    serviceTier: 'priority',
    instructions: 'Be brief.',
    parallelToolCalls: false,
    logprobs: 2,
  };
  const { response, finalStep } = await generateText(
    asked('Hello!', { ...options(chosen), temperature: 0.5, include: { responseBody: true } }),
  );
  const { metadata, store, user, service_tier, instructions, temperature } = response.body;
  assert.deepEqual(
    { metadata, store, user, service_tier, instructions, temperature },
    {
      metadata: { trip: 'north' },
      store: false,
      user: 'user-7',
      service_tier: 'priority',
      instructions: 'Be brief.',
      temperature: 0.5,
    },
  );
  const [logprobs] = finalStep.providerMetadata.openai.logprobs;
  assert.ok(logprobs.length > 3 && logprobs.every((one) => one.top_logprobs.length === 2));
});

test('an image and a file', async () => {
  const content = [
    { type: 'text', text: 'What is in these?' },
    { type: 'image', image: new URL('https://example.com/fjord.png') },
    { type: 'image', image: Buffer.from(PIXEL, 'base64'), mediaType: 'image/png' },
    { type: 'file', data: Buffer.from('%PDF-1.4\n'), mediaType: 'application/pdf', filename: 'fjord.pdf' },
  ];
  const { text } = await generateText(asked(undefined, { messages: [{ role: 'user', content }] }));
  assert.match(text, /\w.*\.$/);
});

test('what is cut, filtered or refused', async () => {
  const finish = async (prompt, params) => (await generateText(asked(prompt, params))).finishReason;
  assert.equal(await finish('Hello', { maxOutputTokens: 16 }), 'length');
  assert.equal(await finish('Hello [content_filter]'), 'content-filter');
  const streamed = streamText(asked('Hello', { maxOutputTokens: 16 }));
  await parts(streamed);
  assert.equal(await streamed.finishReason, 'length');
  await assert.rejects(generateObject(asked('A fjord [refusal]', { schema: Fjord })), NoObjectGeneratedError);
});

test('what fails', async () => {
  await assert.rejects(generateText(asked('Hello [failed]')), APICallError);
  await assert.rejects(generateText(asked('Hello [error]')), (error) => {
    assert.deepEqual([APICallError.isInstance(error), error.statusCode], [true, 500]);
    return true;
  });
  for (const prompt of ['Hello [failed]', 'Hello [error]']) {
    const errors = [];
    const onError = ({ error }) => errors.push(error);
    const stream = streamText(asked(prompt, { onError }));
    await stream.consumeStream();
    assert.ok(errors.length > 0, prompt);
  }
});

test('a wrong parameter is an APICallError', async () => {
  const refused = (error) => {
    assert.ok(APICallError.isInstance(error), String(error));
    const { code, param } = error.data.error;
    assert.deepEqual([error.statusCode, error.isRetryable], [400, false]);
    assert.deepEqual([code, param], ['decimal_above_max_value', 'temperature']);
    return true;
  };
  await assert.rejects(generateText(asked('Hello!', { temperature: 3 })), refused);
  const errors = [];
  const onError = ({ error }) => errors.push(error);
  await streamText(asked('Hello!', { temperature: 3, onError })).consumeStream();
  assert.ok(errors.length === 1 && refused(errors[0]));
});
