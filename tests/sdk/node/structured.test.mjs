import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequestError } from 'openai';
import { ContentFilterFinishReasonError, LengthFinishReasonError } from 'openai/error';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { chat, joined, openai, stream, text } from './fake.mjs';

const Position = z.object({ latitude: z.number().min(-90).max(90), longitude: z.number() });

/** Nested objects, an enum, a list, what may be null, and alternatives. */
const Fjord = z.object({
  name: z.string().describe('As the villagers say it'),
  depth: z.number().int().min(1).max(1308),
  best: z.enum(['summer', 'winter']),
  mouth: Position,
  villages: z.array(z.object({ name: z.string(), position: Position, ferry: z.boolean() })),
  above: z.array(
    z.union([
      z.object({ kind: z.literal('glacier'), area: z.number() }),
      z.object({ kind: z.literal('peak'), height: z.number() }),
    ]),
  ),
  saga: z.string().nullable(),
});

const Island = z.object({
  name: z.string(),
  get skerries() {
    return z.array(Island);
  },
});

const asked = (content = 'Describe a fjord', shape = Fjord) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  response_format: zodResponseFormat(shape, 'answer'),
});

const parse = (params, ...rest) => openai.chat.completions.parse({ ...asked(...rest), ...params });

for (const [name, shape] of Object.entries({ Fjord, Island })) {
  test(`an answer is parsed: ${name}`, async () => {
    const reply = await parse({}, 'Describe it', shape);
    const [{ message, finish_reason }] = reply.choices;
    assert.equal(finish_reason, 'stop');
    assert.deepEqual(message.parsed, shape.parse(JSON.parse(message.content)));
    assert.deepEqual((await parse({}, 'Describe it', shape)).choices, reply.choices);
  });
}

test('every choice is parsed', async () => {
  const { choices } = await parse({ n: 3 });
  assert.deepEqual(
    choices.map(({ index, message }) => [index, Fjord.safeParse(message.parsed).success]),
    [0, 1, 2].map((index) => [index, true]),
  );
});

test('a refusal is not parsed', async () => {
  const { message } = (await parse({}, 'Describe one [refusal]')).choices[0];
  assert.ok(message.refusal);
  assert.deepEqual([message.content, message.parsed], [null, null]);
});

test('a filtered or a cut answer is an error of the helper', async () => {
  await assert.rejects(parse({}, 'Describe one [content_filter]'), ContentFilterFinishReasonError);
  await assert.rejects(parse({ max_completion_tokens: 2 }), LengthFinishReasonError);
});

test('JSON without a schema', async () => {
  const params = {
    messages: [{ role: 'user', content: 'A fjord, in JSON' }],
    response_format: { type: 'json_object' },
  };
  const content = text(await chat(params));
  assert.equal(JSON.parse(content).constructor, Object);
  assert.equal(joined(await stream(params)), content);
});

test('a wrong format is a bad request', async () => {
  const refused = (type, param) =>
    assert.rejects(chat({ response_format: { type } }), (error) => {
      assert.deepEqual([error.constructor, error.param], [BadRequestError, param]);
      return true;
    });
  await refused('json_object', 'messages');
  await refused('json_schema', 'response_format.json_schema');
  await refused('xml', 'response_format.type');
});

test('the stream runner parses', async () => {
  const runner = openai.chat.completions.stream(asked());
  const deltas = [];
  const done = [];
  runner.on('content.delta', ({ delta, parsed }) => deltas.push([delta, parsed]));
  runner.on('content.done', ({ parsed }) => done.push(parsed));
  const [final, whole] = [await runner.finalChatCompletion(), await parse()];
  assert.equal(deltas.map(([delta]) => delta).join(''), text(whole));
  const { parsed } = whole.choices[0].message;
  assert.deepEqual([deltas.at(-1)[1], ...done, final.choices[0].message.parsed], [parsed, parsed, parsed]);
});

test('the stream runner tells a refusal', async () => {
  const runner = openai.chat.completions.stream(asked('Describe one [refusal]'));
  const deltas = [];
  runner.on('refusal.delta', ({ delta }) => deltas.push(delta));
  const { message } = (await runner.finalChatCompletion()).choices[0];
  assert.equal(deltas.join(''), message.refusal);
  assert.deepEqual([message.content, message.parsed], [null, null]);
});

test('log probabilities', async () => {
  const params = { logprobs: true, top_logprobs: 2 };
  const [{ logprobs, message }] = (await chat(params)).choices;
  assert.equal(logprobs.content.map(({ token }) => token).join(''), message.content);
  assert.equal(Buffer.from(logprobs.content.flatMap(({ bytes }) => bytes)).toString(), message.content);
  assert.ok(logprobs.content.every(({ top_logprobs }) => top_logprobs.length === 2));
  const runner = openai.chat.completions.stream({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'What is a fjord?' }],
    ...params,
  });
  const sent = [];
  runner.on('logprobs.content.delta', ({ content }) => sent.push(...content));
  await runner.done();
  assert.deepEqual(sent, logprobs.content);
});
