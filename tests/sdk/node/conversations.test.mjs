import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NotFoundError } from 'openai';
import { client, control, kinds, openai, respond } from './fake.mjs';

const { conversations } = openai;

const say = (content, role = 'user') => ({ type: 'message', role, content });
const texts = (items) => items.map((item) => item.content[0].text);
const told = ({ _request_id, ...object }) => object;

const missing = (id) => (error) => {
  assert.deepEqual(
    [error.constructor, error.status, error.code, error.param],
    [NotFoundError, 404, null, null],
  );
  assert.equal(error.message, `404 Conversation with id '${id}' not found.`);
  return true;
};

test('a conversation is created, read, changed and deleted', async () => {
  const created = await conversations.create({ metadata: { trip: 'north' } });
  const { id, object, created_at, metadata } = created;
  assert.match(id, /^conv_[0-9a-f]{48}$/);
  assert.deepEqual(
    [object, metadata, Number.isInteger(created_at)],
    ['conversation', { trip: 'north' }, true],
  );
  assert.deepEqual(told(await conversations.retrieve(id)), told(created));

  const changed = await conversations.update(id, { metadata: { trip: 'south', day: '2' } });
  assert.deepEqual(told(changed), { ...told(created), metadata: { trip: 'south', day: '2' } });
  assert.deepEqual(told(await conversations.retrieve(id)), told(changed));

  assert.deepEqual(told(await conversations.delete(id)), {
    id,
    object: 'conversation.deleted',
    deleted: true,
  });
  for (const call of [
    () => conversations.retrieve(id),
    () => conversations.update(id, { metadata: {} }),
    () => conversations.delete(id),
    () => conversations.items.list(id),
    () => conversations.items.create(id, { items: [say('Hello!')] }),
    () => respond({ conversation: id }),
  ]) {
    await assert.rejects(call, missing(id));
  }
});

test('an empty one has no items', async () => {
  const { id, metadata } = await conversations.create();
  const page = await conversations.items.list(id);
  assert.deepEqual([metadata, page.data, page.has_more], [{}, [], false]);
  assert.notEqual((await conversations.create()).id, id);
});

test('items are created, read, listed and deleted', async () => {
  const { id } = await conversations.create({ items: [say('One'), say('Two', 'assistant')] });
  const { object, data, first_id, last_id, has_more } = await conversations.items.create(id, {
    items: [say('Three'), say([{ type: 'input_text', text: 'Four' }])],
  });
  assert.deepEqual([object, texts(data), has_more], ['list', ['Three', 'Four'], false]);
  assert.deepEqual([first_id, last_id], [data[0].id, data[1].id]);
  for (const { id, type, status, role, content } of data) {
    assert.match(id, /^msg_/);
    assert.deepEqual([type, status, role, content[0].type], ['message', 'completed', 'user', 'input_text']);
  }
  const one = await conversations.items.retrieve(data[0].id, { conversation_id: id });
  assert.deepEqual(told(one), data[0]);

  const listed = await Array.fromAsync(conversations.items.list(id));
  assert.deepEqual(texts(listed), ['Four', 'Three', 'Two', 'One']);
  assert.equal(listed[2].content[0].type, 'output_text');

  const left = await conversations.items.delete(data[0].id, { conversation_id: id });
  assert.deepEqual([left.id, left.object], [id, 'conversation']);
  assert.deepEqual(texts(await Array.fromAsync(conversations.items.list(id))), ['Four', 'Two', 'One']);
  for (const how of ['retrieve', 'delete']) {
    await assert.rejects(conversations.items[how](data[0].id, { conversation_id: id }), NotFoundError);
  }
});

test('items are listed page after page', async () => {
  const { id } = await conversations.create();
  const expected = Array.from({ length: 45 }, (_, number) => `Message ${number}`);
  for (const start of [0, 20, 40]) {
    await conversations.items.create(id, {
      items: expected.slice(start, start + 20).map((text) => say(text)),
    });
  }
  const all = await Array.fromAsync(conversations.items.list(id, { order: 'asc', limit: 7 }));
  assert.deepEqual(texts(all), expected);
  assert.equal(new Set(all.map((item) => item.id)).size, 45);
  const page = await conversations.items.list(id);
  assert.deepEqual([texts(page.data), page.has_more], [expected.toReversed().slice(0, 20), true]);
  assert.equal(page.last_id, page.data.at(-1).id);
  assert.deepEqual(texts((await page.getNextPage()).data), expected.toReversed().slice(20, 40));
});

test('items of every kind are kept', async () => {
  const items = [
    { type: 'function_call', call_id: 'call_1', name: 'depth', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: '1308' },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'It is deep.' }] },
    say([{ type: 'input_image', image_url: 'https://example.com/fjord.png', detail: 'low' }]),
  ];
  const { id } = await conversations.create({ items });
  const include = ['message.input_image.image_url'];
  const listed = await Array.fromAsync(conversations.items.list(id, { order: 'asc', include }));
  assert.deepEqual(
    listed.map((item) => item.type),
    items.map((item) => item.type),
  );
  const [call, output, thought, image] = listed;
  assert.deepEqual([call.call_id, call.name, call.arguments], ['call_1', 'depth', '{}']);
  assert.deepEqual([output.call_id, output.output], ['call_1', '1308']);
  assert.deepEqual([thought.id, thought.summary], ['rs_1', items[2].summary]);
  assert.equal(image.content[0].image_url, 'https://example.com/fjord.png');
});

test('what cannot be an item is a bad request', async () => {
  const { id } = await conversations.create();
  const refused = (items, expected) =>
    assert.rejects(conversations.items.create(id, { items }), { status: 400, ...expected });
  await refused(undefined, { code: 'missing_required_parameter', param: 'items' });
  await refused([{ type: 'bogus' }], { code: 'invalid_value', param: 'items[0]' });
  await refused(Array(21).fill(say('Hello!')), { param: 'items' });
  await refused([say('One'), { ...say('Two'), id: 'msg_1' }, { ...say('Three'), id: 'msg_1' }], {
    param: 'items',
  });
  assert.deepEqual((await conversations.items.list(id)).data, []);
  await assert.rejects(conversations.create({ metadata: { day: 2 } }), { status: 400, code: 'invalid_type' });
});

for (const [how, answer] of Object.entries({
  create: respond,
  stream: (params) => openai.responses.stream({ model: 'gpt-4o', ...params }).finalResponse(),
})) {
  test(`responses go into a conversation, and go on from it: ${how}`, async () => {
    const { id } = await conversations.create({ items: [say('My name is Liv.')] });
    const first = await answer({ conversation: id, input: 'Who am I?' });
    assert.deepEqual([first.conversation, first.previous_response_id], [{ id }, null]);
    const second = await answer({ conversation: { id }, input: 'And who are you?' });
    assert.ok(second.usage.input_tokens > first.usage.input_tokens);
    const listed = await Array.fromAsync(conversations.items.list(id, { order: 'asc' }));
    assert.deepEqual(
      listed.map((item) => [item.role, item.content[0].text]),
      [
        ['user', 'My name is Liv.'],
        ['user', 'Who am I?'],
        ['assistant', first.output_text],
        ['user', 'And who are you?'],
        ['assistant', second.output_text],
      ],
    );
    assert.deepEqual([listed[2].id, listed[4].id], [first.output[0].id, second.output[0].id]);
    // What was said is as much a part of the question as what is asked.
    const again = await answer({ conversation: id, input: 'Who am I?' });
    assert.notEqual(again.id, first.id);
  });
}

test('a loop of tools in a conversation', async () => {
  const { id } = await conversations.create();
  const tools = [{ type: 'function', name: 'depth', parameters: null, strict: false }];
  const params = { model: 'gpt-5', conversation: id, tools };
  const first = await respond({ ...params, input: 'Use depth' });
  assert.deepEqual(kinds(first), ['reasoning', 'function_call']);
  const [, { call_id }] = first.output;
  const second = await respond({
    ...params,
    input: [{ type: 'function_call_output', call_id, output: '1308' }],
  });
  assert.equal(kinds(second).at(-1), 'message');
  const listed = await Array.fromAsync(conversations.items.list(id, { order: 'asc' }));
  assert.deepEqual(
    listed.map((item) => item.type),
    ['message', ...kinds(first), 'function_call_output', ...kinds(second)],
  );
});

test('a response that is not stored goes into its conversation too', async () => {
  const { id } = await conversations.create();
  const response = await respond({ conversation: id, store: false, input: 'Hello!' });
  await assert.rejects(openai.responses.retrieve(response.id), NotFoundError);
  assert.equal((await conversations.items.list(id)).data.length, 2);
});

test('each key has conversations of its own, and after a reset ids begin again', async () => {
  const key = 'sk-node-conversations';
  const mine = client({ apiKey: key });
  const { id } = await mine.conversations.create();
  assert.equal((await mine.conversations.retrieve(id)).id, id);
  await assert.rejects(client({ apiKey: `${key}-other` }).conversations.retrieve(id), missing(id));
  await control('POST', '/__parlel/reset', key);
  await assert.rejects(mine.conversations.retrieve(id), missing(id));
  assert.equal((await mine.conversations.create()).id, id);
});
