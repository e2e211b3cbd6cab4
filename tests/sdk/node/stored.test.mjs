import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NotFoundError } from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import { z } from 'zod';
import { client, control, openai, text } from './fake.mjs';

const ids = (completions) => completions.map((completion) => completion.id);

/** The stored completions of a key that has none yet, and what makes one. */
const kept = (name) => {
  const key = `sk-node-stored-${name}`;
  const { completions } = client({ apiKey: key }).chat;
  const keep = (content, params) =>
    completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content }],
      store: true,
      ...params,
    });
  return { key, completions, keep };
};

const missing = (id) => (error) => {
  assert.deepEqual([error.constructor, error.code, error.param], [NotFoundError, 'not_found', 'completion_id']);
  assert.equal(error.message, `404 Completion ${id} not found`);
  return true;
};

test('a completion is read, changed and deleted', async () => {
  const { completions, keep } = kept('changed');
  const created = await keep('What is a fjord?', { metadata: { trip: 'north' }, seed: 7, temperature: 0.5 });
  const found = await completions.retrieve(created.id);
  assert.deepEqual(
    [found.id, found.object, found.model, found.created, found.request_id],
    [created.id, 'chat.completion', created.model, created.created, created._request_id],
  );
  assert.equal(text(found), text(created));
  assert.deepEqual([found.metadata, found.seed, found.temperature], [{ trip: 'north' }, 7, 0.5]);
  assert.equal(found.usage.total_tokens, created.usage.total_tokens);

  const metadata = { trip: 'south' };
  const changed = await completions.update(created.id, { metadata });
  assert.deepEqual(changed.metadata, metadata);
  assert.deepEqual((await completions.retrieve(created.id)).metadata, metadata);

  const { id, object, deleted } = await completions.delete(created.id);
  assert.deepEqual([id, object, deleted], [created.id, 'chat.completion.deleted', true]);
  for (const call of [
    () => completions.retrieve(id),
    () => completions.update(id, { metadata }),
    () => completions.delete(id),
    () => completions.messages.list(id),
  ]) {
    await assert.rejects(call, missing(id));
  }
  assert.deepEqual((await completions.list()).data, []);
});

test('what is not stored is not found', async () => {
  const { completions, keep } = kept('not');
  for (const store of [undefined, false, null]) {
    const { id } = await keep('What is a fjord?', { store });
    await assert.rejects(completions.retrieve(id), missing(id));
  }
  const page = await completions.list();
  assert.deepEqual([page.data, page.has_more], [[], false]);
});

test('a streamed completion is stored too', async () => {
  const { completions, keep } = kept('streamed');
  const chunks = await Array.fromAsync(await keep('What is a fjord?', { stream: true }));
  const found = await completions.retrieve(chunks[0].id);
  assert.equal(chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join(''), text(found));
  const runner = completions.stream({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'What is a skerry?' }],
    store: true,
  });
  const final = await runner.finalChatCompletion();
  assert.equal(text(await completions.retrieve(final.id)), text(final));
});

test('they are listed page after page, the newest first', async () => {
  const { completions, keep } = kept('listed');
  const made = [];
  for (let number = 0; number < 25; number++) {
    made.push((await keep(`Question ${number}`)).id);
  }
  const page = await completions.list();
  assert.deepEqual([ids(page.data), page.has_more], [made.toReversed().slice(0, 20), true]);
  assert.deepEqual(ids((await page.getNextPage()).data), made.toReversed().slice(20));
  assert.deepEqual(ids(await Array.fromAsync(completions.list({ limit: 4 }))), made.toReversed());
  assert.deepEqual(ids(await Array.fromAsync(completions.list({ order: 'asc', limit: 10 }))), made);
  assert.deepEqual(ids((await completions.list({ order: 'asc', after: made[22] })).data), made.slice(23));
  await assert.rejects(completions.list({ limit: 0 }), { status: 400, param: 'limit' });
});

test('they are filtered by model and metadata', async () => {
  const { completions, keep } = kept('filtered');
  const one = await keep('One', { metadata: { trip: 'north', day: '1' } });
  const two = await keep('Two', { metadata: { trip: 'north', day: '2' } });
  const three = await keep('Three', { model: 'gpt-4.1', metadata: { trip: 'south', day: '1' } });
  const listed = async (filter) => ids(await Array.fromAsync(completions.list({ limit: 1, ...filter })));
  assert.deepEqual(await listed({ metadata: { trip: 'north' } }), [two.id, one.id]);
  assert.deepEqual(await listed({ metadata: { trip: 'north', day: '1' } }), [one.id]);
  assert.deepEqual(await listed({ metadata: { day: '1' }, order: 'asc' }), [one.id, three.id]);
  assert.deepEqual(await listed({ metadata: { trip: 'east' } }), []);
  assert.deepEqual(await listed({ model: 'gpt-4.1' }), [three.id]);
  assert.deepEqual(await listed({ model: one.model, metadata: { day: '2' } }), [two.id]);
  await completions.update(one.id, { metadata: { trip: 'south' } });
  assert.deepEqual(await listed({ metadata: { trip: 'south' } }), [three.id, one.id]);
});

test('the messages of a request are listed', async () => {
  const { completions, keep } = kept('messages');
  const url = 'https://example.com/fjord.png';
  const { id } = await keep('', {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        name: 'liv',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  });
  const [told, asked, ...others] = await Array.fromAsync(completions.messages.list(id, { limit: 1 }));
  assert.deepEqual(others, []);
  assert.deepEqual(
    [told.id, told.role, told.content, told.content_parts],
    [`${id}-0`, 'developer', 'Be brief.', null],
  );
  assert.deepEqual([asked.id, asked.role, asked.name, asked.content], [`${id}-1`, 'user', 'liv', null]);
  assert.deepEqual(
    asked.content_parts.map(({ type, text, image_url }) => [type, text, image_url?.url]),
    [
      ['text', 'What is it?', undefined],
      ['image_url', null, url],
    ],
  );
  const newest = await completions.messages.list(id, { order: 'desc' });
  assert.deepEqual(ids(newest.data), [`${id}-1`, `${id}-0`]);
});

test('calls and parsed answers are stored as they were said', async () => {
  const { completions, keep } = kept('calls');
  const tools = [zodFunction({ name: 'depth', parameters: z.object({ fjord: z.string() }) })];
  const created = await keep('Use depth', { tools });
  const { choices, tools: offered } = await completions.retrieve(created.id);
  assert.deepEqual(choices[0].message.tool_calls, created.choices[0].message.tool_calls);
  assert.equal(choices[0].finish_reason, 'tool_calls');
  assert.equal(offered[0].function.name, 'depth');
});

test('a request that is sent twice is stored twice', async () => {
  const { key, completions, keep } = kept('twice');
  const [one, two] = [await keep('Twice'), await keep('Twice')];
  assert.notEqual(one.id, two.id);
  assert.deepEqual(one.choices, two.choices);
  assert.deepEqual(ids((await completions.list()).data), [two.id, one.id]);
  await control('POST', '/__parlel/reset', key);
  assert.deepEqual((await completions.list()).data, []);
  assert.equal((await keep('Twice')).id, one.id);
  await assert.rejects(openai.chat.completions.retrieve(one.id), missing(one.id));
});
