import assert from 'node:assert/strict';
import { test } from 'node:test';

import { captured, client, openai } from './fake.mjs';

const PARAMS = { model: 'text-embedding-3-small', input: 'What is a fjord?' };

const embed = (params) => openai.embeddings.create({ ...PARAMS, ...params });

const vector = async (params) => (await embed(params)).data[0].embedding;

const cosine = (one, other) => one.reduce((sum, value, position) => sum + value * other[position], 0);

test('base64 is what goes over the wire', async () => {
  const key = 'sk-node-base64';
  const reply = await client({ apiKey: key }).embeddings.create(PARAMS).asResponse();
  const [{ body }] = (await captured(key)).requests;
  assert.equal(body.encoding_format, 'base64');
  const [{ embedding }] = (await reply.json()).data;
  assert.equal(embedding.length, 8192);
  const bytes = Buffer.from(embedding, 'base64');
  assert.deepEqual(
    await vector(),
    Array.from({ length: 1536 }, (_, at) => bytes.readFloatLE(4 * at)),
  );
});

test('an embedding', async () => {
  const reply = await embed();
  assert.deepEqual([reply.object, reply.model, reply.data.length], ['list', PARAMS.model, 1]);
  const [{ object, index, embedding }] = reply.data;
  assert.deepEqual([object, index, embedding.length], ['embedding', 0, 1536]);
  assert.ok(reply.usage.prompt_tokens > 0);
  assert.equal(reply.usage.total_tokens, reply.usage.prompt_tokens);
});

test('floats are the same numbers', async () => {
  const floats = await vector({ encoding_format: 'float' });
  assert.deepEqual(floats.map(Math.fround), await vector());
});

for (const [input, count] of [
  ['a', 1],
  [['a', 'b', 'c'], 3],
  [[1, 2, 3], 1],
  [[[1, 2], [3]], 2],
]) {
  test(`the input ${JSON.stringify(input)} is embedded`, async () => {
    const { data } = await embed({ input });
    assert.deepEqual(
      data.map((item) => item.index),
      [...Array(count).keys()],
    );
    assert.equal(new Set(data.map((item) => item.embedding.join())).size, count);
    assert.deepEqual(data.at(-1).embedding, await vector({ input: count === 1 ? input : input.at(-1) }));
  });
}

for (const [model, dimensions, length] of [
  ['text-embedding-3-small', undefined, 1536],
  ['text-embedding-3-small', 1, 1],
  ['text-embedding-3-small', 512, 512],
  ['text-embedding-3-large', undefined, 3072],
  ['text-embedding-3-large', 256, 256],
  ['text-embedding-ada-002', undefined, 1536],
]) {
  test(`${model} with dimensions ${dimensions} has ${length} and length one`, async () => {
    const found = await vector({ model, dimensions });
    assert.equal(found.length, length);
    assert.ok(Math.abs(cosine(found, found) - 1) < 1e-6);
  });
}

test('a short vector is the beginning of the long one', async () => {
  const beginning = (await vector()).slice(0, 256);
  const short = await vector({ dimensions: 256 });
  assert.equal(short.length, 256);
  const length = Math.sqrt(cosine(beginning, beginning));
  assert.ok(short.every((value, position) => Math.abs(value - beginning[position] / length) < 1e-6));
});

test('similar texts rank higher', async () => {
  const input = [
    'How do I reset my password?',
    'The bakery opens at seven on Sundays.',
    'To reset a password, open the settings page.',
    'Resetting passwords takes a minute.',
  ];
  const [query, ...others] = (await embed({ input })).data.map((item) => item.embedding);
  const [bakery, reset, resetting] = others.map((other) => cosine(query, other));
  assert.ok(reset > resetting && resetting > bakery + 0.1, `${reset} ${resetting} ${bakery}`);
});
