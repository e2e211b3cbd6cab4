import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  APICallError,
  NoObjectGeneratedError,
  Output,
  cosineSimilarity,
  embed,
  embedMany,
  generateObject,
  generateText,
  isStepCount,
  streamObject,
  streamText,
} from 'ai';
import { z } from 'zod';
import { Fjord, called, openai, tools } from './fake.mjs';

/** `.chat`, because a model that is only named is asked through the Responses API. */
const asked = (prompt, params) => ({ model: openai.chat('gpt-4o'), maxRetries: 0, prompt, ...params });

test('a text', async () => {
  const { text, finishReason, usage, response } = await generateText(asked('Hello!'));
  assert.match(text, /\w.*\.$/);
  assert.deepEqual([finishReason, response.modelId], ['stop', 'gpt-4o-2024-08-06']);
  assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
  assert.equal((await generateText(asked('Hello!'))).text, text);
});

test('a streamed text is the same, and tells usage', async () => {
  const whole = await generateText(asked('Hello!'));
  const stream = streamText(asked('Hello!'));
  const parts = await Array.fromAsync(stream.textStream);
  assert.ok(parts.length > 1);
  assert.equal(parts.join(''), whole.text);
  assert.equal(await stream.finishReason, 'stop');
  assert.equal((await stream.totalUsage).outputTokens, whole.usage.outputTokens);
});

test('tools are called, then a text ends the loop', async () => {
  const params = asked('Use get_tides and get_depth', { tools, stopWhen: isStepCount(5) });
  const { steps, text } = await generateText(params);
  assert.deepEqual(called(steps), [['get_tides', 'get_depth'], []]);
  assert.deepEqual(steps[0].toolResults[0].output, ['06:12', '18:40']);
  assert.match(steps[0].toolResults[1].output, /^1308 (m|ft)$/);
  assert.deepEqual([steps[0].finishReason, steps[1].finishReason], ['tool-calls', 'stop']);
  assert.match(text, /\w.*\.$/);
});

test('streamed tools are called, then a text ends the loop', async () => {
  const stream = streamText(asked('Use get_depth', { tools, stopWhen: isStepCount(5) }));
  const kinds = new Set((await Array.fromAsync(stream.stream)).map((part) => part.type));
  for (const kind of ['tool-input-delta', 'tool-call', 'tool-result', 'text-delta', 'finish']) {
    assert.ok(kinds.has(kind), kind);
  }
  assert.deepEqual(called(await stream.steps), [['get_depth'], []]);
});

test('a tool can be demanded', async () => {
  const first = async (toolChoice) =>
    called((await generateText(asked('Go', { tools, toolChoice }))).steps)[0];
  assert.deepEqual(await first('required'), ['get_depth']);
  assert.deepEqual(await first({ type: 'tool', toolName: 'get_tides' }), ['get_tides']);
  assert.deepEqual(await first('none'), []);
});

test('a loop where a tool is demanded at each step ends at its limit', async () => {
  const params = { tools, toolChoice: 'required', stopWhen: isStepCount(3) };
  const { steps } = await generateText(asked('Go', params));
  assert.deepEqual(called(steps), [['get_depth'], ['get_tides'], ['get_tides']]);
});

test('an object', async () => {
  const { object } = await generateObject(asked('A fjord', { schema: Fjord }));
  assert.deepEqual(Fjord.parse(object), object);
  const { output } = await generateText(asked('A fjord', { output: Output.object({ schema: Fjord }) }));
  assert.deepEqual(Fjord.parse(output), output);
});

test('other outputs: an array, a choice, any JSON', async () => {
  const output = async (output) => (await generateText(asked('Answer in JSON', { output }))).output;
  assert.ok(z.array(Fjord).safeParse(await output(Output.array({ element: Fjord }))).success);
  assert.ok(['calm', 'rough'].includes(await output(Output.choice({ options: ['calm', 'rough'] }))));
  assert.equal(typeof (await output(Output.json())), 'object');
});

test('a streamed object grows to the whole', async () => {
  const { object } = await generateObject(asked('A fjord', { schema: Fjord }));
  const stream = streamObject(asked('A fjord', { schema: Fjord }));
  const partial = await Array.fromAsync(stream.partialObjectStream);
  assert.deepEqual(partial.at(-1), object);
  assert.deepEqual(await stream.object, object);
});

test('tools, and an object at the end', async () => {
  const output = Output.object({ schema: Fjord });
  const result = await generateText(asked('Use get_depth', { tools, output, stopWhen: isStepCount(5) }));
  assert.deepEqual(called(result.steps), [['get_depth'], []]);
  assert.ok(Fjord.safeParse(result.output).success);
});

test('a refusal is no object', () =>
  assert.rejects(generateObject(asked('A fjord [refusal]', { schema: Fjord })), NoObjectGeneratedError));

test('a filtered text says so', async () => {
  assert.equal((await generateText(asked('Hello [content_filter]'))).finishReason, 'content-filter');
});

test('vectors', async () => {
  const model = openai.embedding('text-embedding-3-small');
  const values = ['a cold fjord', 'a fjord, cold', 'seven green buses'];
  const { embeddings, usage } = await embedMany({ model, values, maxRetries: 0 });
  assert.deepEqual(
    embeddings.map((vector) => vector.length),
    [1536, 1536, 1536],
  );
  assert.ok(usage.tokens > 0);
  const [one, same, other] = embeddings;
  assert.ok(cosineSimilarity(one, same) > cosineSimilarity(one, other));
  assert.deepEqual((await embed({ model, value: values[0] })).embedding, one);
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
