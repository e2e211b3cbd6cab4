import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequestError, NotFoundError } from 'openai';
import { ASKED, client, control, openai, respond } from './fake.mjs';

const { responses } = openai;

/** Without what belongs to the request. */
const told = ({ _request_id, ...response }) => response;

const missing = (id) => (error) => {
  assert.deepEqual([error.constructor, error.status], [NotFoundError, 404]);
  assert.deepEqual([error.type, error.code, error.param], ['invalid_request_error', null, null]);
  assert.equal(error.message, `404 Response with id '${id}' not found.`);
  return true;
};

test('a response is found again', async () => {
  const created = await respond({ input: 'Keep this' });
  const found = await responses.retrieve(created.id);
  assert.deepEqual(told(found), told(created));
  assert.equal(found.output_text, created.output_text);
  const included = await responses.retrieve(created.id, { include: ['file_search_call.results'] });
  assert.deepEqual(told(included), told(created));
});

test('so is one that was streamed', async () => {
  const created = await responses.stream({ ...ASKED, input: 'Keep this stream' }).finalResponse();
  const found = await responses.retrieve(created.id);
  assert.deepEqual([found.output_text, found.usage], [created.output_text, created.usage]);
});

test('a response is deleted', async () => {
  const { id } = await respond({ input: 'Keep this for a while' });
  await responses.delete(id);
  await assert.rejects(responses.retrieve(id), missing(id));
  await assert.rejects(responses.delete(id), missing(id));
  await assert.rejects(responses.inputItems.list(id), missing(id));
  await assert.rejects(respond({ previous_response_id: id }), {
    status: 400,
    code: 'previous_response_not_found',
    param: 'previous_response_id',
  });
});

test('what is not stored is not found', async () => {
  const { id, store } = await respond({ store: false, input: 'Forget this' });
  assert.equal(store, false);
  await assert.rejects(responses.retrieve(id), missing(id));
  await assert.rejects(respond({ previous_response_id: id }), BadRequestError);
});

test('each key has responses of its own, and a reset forgets them', async () => {
  const key = 'sk-node-responses';
  const mine = client({ apiKey: key });
  const { id } = await mine.responses.create({ ...ASKED, input: 'Mine' });
  assert.equal((await mine.responses.retrieve(id)).id, id);
  await assert.rejects(responses.retrieve(id), missing(id));
  await control('POST', '/__parlel/reset', key);
  await assert.rejects(mine.responses.retrieve(id), missing(id));
});

test('an id of another kind is a bad request', () =>
  assert.rejects(responses.retrieve('abc'), { status: 400, code: 'invalid_value', param: 'response_id' }));

test('input items are listed, page after page', async () => {
  const input = Array.from({ length: 45 }, (_, number) => ({
    role: number % 2 ? 'assistant' : 'user',
    content: `Message ${number}`,
  }));
  const { id } = await respond({ input });
  const texts = (items) => items.map((item) => item.content[0].text);
  const expected = input.map((message) => message.content);

  const page = await responses.inputItems.list(id);
  assert.deepEqual([page.data.length, page.has_more, page.hasNextPage()], [20, true, true]);
  assert.deepEqual(texts(page.data), expected.toReversed().slice(0, 20));
  const next = await page.getNextPage();
  assert.deepEqual(texts(next.data), expected.toReversed().slice(20, 40));
  assert.equal((await next.getNextPage()).hasNextPage(), false);

  const all = await Array.fromAsync(responses.inputItems.list(id, { order: 'asc', limit: 7 }));
  assert.deepEqual(texts(all), expected);
  assert.equal(new Set(all.map((item) => item.id)).size, 45);
  for (const { id, type, status, role, content } of all) {
    assert.match(id, /^msg_/);
    assert.deepEqual([type, status], ['message', 'completed']);
    assert.equal(content[0].type, role === 'user' ? 'input_text' : 'output_text');
  }
  const after = await responses.inputItems.list(id, { order: 'asc', after: all[41].id });
  assert.deepEqual([texts(after.data), after.has_more], [expected.slice(42), false]);
  await assert.rejects(responses.inputItems.list(id, { limit: 101 }), { status: 400, param: 'limit' });
});

test('a text is listed as a message, and an item can be referred to', async () => {
  const { id, output } = await respond({ input: 'Refer to this' });
  const { data } = await responses.inputItems.list(id);
  assert.deepEqual(
    data.map(({ id, ...item }) => item),
    [
      {
        type: 'message',
        status: 'completed',
        content: [{ type: 'input_text', text: 'Refer to this' }],
        role: 'user',
      },
    ],
  );
  const named = [data[0], output[0]].map(({ id }) => ({ type: 'item_reference', id }));
  const going = await respond({ input: [...named, { role: 'user', content: 'Go on' }] });
  const listed = await Array.fromAsync(responses.inputItems.list(going.id, { order: 'asc' }));
  assert.deepEqual(listed[1], output[0]);
  await assert.rejects(respond({ input: [{ type: 'item_reference', id: 'msg_none' }] }), NotFoundError);
});

test('a chain carries what was said', async () => {
  const first = await respond({ input: 'One', instructions: 'Be brief.' });
  const second = await respond({ input: 'Two', previous_response_id: first.id });
  assert.deepEqual([second.previous_response_id, second.instructions], [first.id, null]);
  const third = await respond({ input: 'Three', previous_response_id: second.id });
  assert.ok(second.usage.input_tokens < third.usage.input_tokens);
  const alone = await respond({ input: 'Three' });
  assert.notEqual(alone.output_text, third.output_text);
  assert.equal((await Array.fromAsync(responses.inputItems.list(third.id))).length, 1);
});

test('in the background a response is queued, then in progress, then completed', async () => {
  const params = { input: 'Take your time', background: true };
  const created = await respond(params);
  assert.deepEqual(
    [created.status, created.background, created.output, created.usage, created.output_text],
    ['queued', true, [], null, ''],
  );
  const seen = [];
  let response = created;
  while (response.status === 'queued' || response.status === 'in_progress') {
    seen.push(response.status);
    response = await responses.retrieve(response.id);
  }
  assert.deepEqual([...seen, response.status], ['queued', 'in_progress', 'completed']);
  assert.match(response.output_text, /\w.*\.$/);
  assert.deepEqual(told(await responses.retrieve(created.id)), told(response));
});

test('in the background a response may fail, or be incomplete', async () => {
  const ended = async (params) => {
    let response = await respond({ ...params, background: true });
    while (['queued', 'in_progress'].includes(response.status)) {
      response = await responses.retrieve(response.id);
    }
    return response;
  };
  const failed = await ended({ input: 'Hello [failed]' });
  assert.deepEqual([failed.status, failed.error.code], ['failed', 'server_error']);
  const cut = await ended({ input: 'Hello', max_output_tokens: 16 });
  assert.deepEqual([cut.status, cut.incomplete_details.reason], ['incomplete', 'max_output_tokens']);
});

test('what is in the background can be cancelled', async () => {
  const { id } = await respond({ input: 'Stop this', background: true });
  const cancelled = await responses.cancel(id);
  assert.deepEqual([cancelled.id, cancelled.status, cancelled.output], [id, 'cancelled', []]);
  assert.equal((await responses.cancel(id)).status, 'cancelled');
  assert.equal((await responses.retrieve(id)).status, 'cancelled');
});

test('what is not in the background cannot be cancelled', async () => {
  const { id } = await respond();
  await assert.rejects(responses.cancel(id), {
    status: 400,
    message: '400 Cannot cancel a synchronous response.',
  });
  await assert.rejects(responses.cancel('resp_none'), missing('resp_none'));
  await assert.rejects(respond({ background: true, store: false }), BadRequestError);
});

test('a stream in the background is resumed where it broke off', async () => {
  const params = { input: 'Stream this', background: true };
  const seen = [];
  let id;
  for await (const event of await respond({ ...params, stream: true })) {
    seen.push(event);
    id ??= event.response.id;
    if (event.sequence_number === 7) {
      break;
    }
  }
  assert.deepEqual(
    seen.slice(0, 3).map((event) => [event.type, event.response.status]),
    [
      ['response.created', 'queued'],
      ['response.queued', 'queued'],
      ['response.in_progress', 'in_progress'],
    ],
  );
  for await (const event of await responses.retrieve(id, { stream: true, starting_after: 7 })) {
    seen.push(event);
  }
  const whole = await Array.fromAsync(await responses.retrieve(id, { stream: true }));
  assert.deepEqual(seen, whole);
  assert.deepEqual(
    whole.map((event) => event.sequence_number),
    whole.map((_, at) => at),
  );
  assert.equal(whole.at(-1).type, 'response.completed');
  assert.equal((await responses.retrieve(id)).status, 'completed');
});

test('the stream runner goes on with a response', async () => {
  const { id } = await respond({ input: 'Run this', background: true });
  const runner = responses.stream({ response_id: id, starting_after: 5 });
  const sent = await Array.fromAsync(runner);
  assert.equal(sent[0].sequence_number, 6);
  const final = await runner.finalResponse();
  assert.deepEqual([final.id, final.status], [id, 'completed']);
  assert.equal(final.output_text, (await responses.retrieve(id)).output_text);
});

test('padding is left out of a resumed stream where it is not wanted', async () => {
  const { id } = await respond({ input: 'Run this bare', background: true });
  const query = { stream: true, include_obfuscation: false };
  const sent = await Array.fromAsync(await responses.retrieve(id, query));
  assert.ok(sent.length > 8 && sent.every((event) => !('obfuscation' in event)));
});

test('only what is in the background can be streamed again', async () => {
  const { id } = await respond();
  await assert.rejects(responses.retrieve(id, { stream: true }), { status: 400, param: 'stream' });
});
