import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NotFoundError } from 'openai';
import { QUESTION, client } from './fake.mjs';

const store = (openai, params) => openai.chat.completions.create({ ...QUESTION, store: true, ...params });

/** The ids of a list, page by page. */
const ids = async (list) => (await Array.fromAsync(await list)).map(({ id }) => id);

test('stored completions are listed a page at a time', async () => {
  const openai = client({ apiKey: 'sk-node-stored-list' });
  const { completions } = openai.chat;
  const made = [];
  for (let n = 0; n < 5; n += 1) {
    made.push((await store(openai, { metadata: { even: String(n % 2 === 0) } })).id);
  }
  await completions.create(QUESTION);

  assert.equal(new Set(made).size, 5);
  assert.deepEqual(await ids(completions.list({ limit: 2 })), made.toReversed());
  assert.deepEqual(await ids(completions.list({ limit: 2, order: 'asc' })), made);
  assert.deepEqual(await ids(completions.list({ limit: 1, metadata: { even: 'false' } })), [made[3], made[1]]);
  assert.deepEqual(await ids(completions.list({ model: 'gpt-4' })), []);
});

test('a stored completion goes through its life', async () => {
  const openai = client({ apiKey: 'sk-node-stored' });
  const { completions } = openai.chat;
  const { id, choices } = await store(openai, { metadata: { a: 'b' } });

  const stored = await completions.retrieve(id);
  assert.equal(stored.choices[0].message.content, choices[0].message.content);
  assert.deepEqual(stored.metadata, { a: 'b' });
  assert.deepEqual((await completions.update(id, { metadata: { c: 'd' } })).metadata, { c: 'd' });
  assert.deepEqual(await ids(completions.messages.list(id)), [`${id}-0`]);
  assert.equal((await completions.delete(id)).deleted, true);
  await assert.rejects(completions.retrieve(id), NotFoundError);
});

test('a conversation goes through its life', async () => {
  const { conversations } = client({ apiKey: 'sk-node-conversation' });
  const { id } = await conversations.create({ items: [{ role: 'user', content: 'Hello' }] });
  const items = ['0', '1', '2'].map((content) => ({ role: 'user', content }));
  const { data } = await conversations.items.create(id, { items });

  const include = ['message.output_text.logprobs', 'message.input_image.image_url'];
  const found = await Array.fromAsync(await conversations.items.list(id, { limit: 2, include }));
  assert.deepEqual(
    found.map(({ content }) => content[0].text),
    ['2', '1', '0', 'Hello'],
  );
  assert.deepEqual(await conversations.items.retrieve(data[0].id, { conversation_id: id }), data[0]);
  assert.equal((await conversations.items.delete(data[0].id, { conversation_id: id })).id, id);
  assert.deepEqual(await ids(conversations.items.list(id, { order: 'asc', after: data[1].id })), [data[2].id]);
  assert.deepEqual((await conversations.update(id, { metadata: { a: 'b' } })).metadata, { a: 'b' });
  assert.equal((await conversations.delete(id)).deleted, true);
  await assert.rejects(conversations.retrieve(id), NotFoundError);
});
