import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequestError } from 'openai';
import { ASKED, QUESTION, captured, client, control } from './fake.mjs';

test('requests are captured as they were sent', async () => {
  const key = 'sk-node-captured';
  const openai = client({ apiKey: key });
  const { completions } = openai.chat;
  const legacy = { model: 'davinci-002', prompt: 'Once' };
  const vector = { model: 'text-embedding-3-small', input: 'a', encoding_format: 'float' };

  const ids = [(await completions.create(QUESTION))._request_id];
  const streamed = await completions.create({ ...QUESTION, stream: true }).withResponse();
  await Array.fromAsync(streamed.data);
  ids.push(streamed.request_id);
  await assert.rejects(completions.create({ ...QUESTION, n: 0 }), (error) => {
    ids.push(error.requestID);
    return error instanceof BadRequestError;
  });
  ids.push((await openai.completions.create(legacy))._request_id);
  ids.push((await openai.embeddings.create(vector))._request_id);
  ids.push((await openai.images.generate({ prompt: 'a' }))._request_id);
  ids.push((await openai.moderations.create({ input: 'a' }))._request_id);
  ids.push((await openai.models.retrieve('gpt-4o'))._request_id);

  const { requests, count, dropped } = await captured(key);
  assert.deepEqual([count, dropped], [8, 0]);
  assert.deepEqual(
    requests.map(({ kind, method, path, body, status, ended }) => [kind, method, path, body, status, ended]),
    [
      ['chat', 'POST', '/v1/chat/completions', QUESTION, 200, null],
      ['chat', 'POST', '/v1/chat/completions', { ...QUESTION, stream: true }, 200, true],
      ['chat', 'POST', '/v1/chat/completions', { ...QUESTION, n: 0 }, 400, null],
      ['completion', 'POST', '/v1/completions', legacy, 200, null],
      ['embeddings', 'POST', '/v1/embeddings', vector, 200, null],
      ['images', 'POST', '/v1/images/generations', { prompt: 'a' }, 200, null],
      ['moderations', 'POST', '/v1/moderations', { input: 'a' }, 200, null],
      ['models', 'GET', '/v1/models/gpt-4o', null, 200, null],
    ],
  );
  assert.deepEqual(
    requests.map((request) => request.n),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.deepEqual(
    requests.map((request) => request.request_id),
    ids,
  );
  assert.ok(requests.every((request) => request.headers['user-agent'].startsWith('OpenAI/JS')));
  assert.ok(!JSON.stringify(requests).includes(key));
});

test('a reset forgets one key only', async () => {
  const [mine, others] = ['sk-node-reset-mine', 'sk-node-reset-others'];
  const ask = (key) => client({ apiKey: key }).chat.completions.create(QUESTION);
  await ask(mine);
  await ask(others);
  await control('POST', '/__parlel/reset', mine);
  assert.deepEqual([(await captured(mine)).count, (await captured(others)).count], [0, 1]);
  // Numbers and request ids begin again, so that a second run of a test sees what the first saw.
  const again = await ask(mine);
  const [{ n, request_id }] = (await captured(mine)).requests;
  assert.deepEqual([n, request_id], [1, again._request_id]);
});

test('so are those of responses and conversations, and of what is stored', async () => {
  const key = 'sk-node-captured-responses';
  const { chat, conversations, responses } = client({ apiKey: key });
  const { id, _request_id: first } = await responses.create(ASKED);
  const streamed = await responses.create({ ...ASKED, stream: true }).withResponse();
  const sent = await Array.fromAsync(streamed.data);
  assert.equal(sent.at(-1).response.id, id);
  await responses.retrieve(id, { include: ['file_search_call.results'] });
  await responses.inputItems.list(id, { limit: 2 });
  const { id: conversation } = await conversations.create();
  await conversations.items.create(conversation, { items: [{ role: 'user', content: 'Hello!' }] });
  await chat.completions.list({ metadata: { trip: 'north' } });

  const { requests } = await captured(key);
  const listed = requests.map(({ kind, method, path, query, status }) => [kind, method, path, query, status]);
  assert.deepEqual(listed, [
    ['responses', 'POST', '/v1/responses', '', 200],
    ['responses', 'POST', '/v1/responses', '', 200],
    ['responses', 'GET', `/v1/responses/${id}`, 'include%5B%5D=file_search_call.results', 200],
    ['responses', 'GET', `/v1/responses/${id}/input_items`, 'limit=2', 200],
    ['conversations', 'POST', '/v1/conversations', '', 200],
    ['conversations', 'POST', `/v1/conversations/${conversation}/items`, '', 200],
    ['stored', 'GET', '/v1/chat/completions', 'metadata%5Btrip%5D=north', 200],
  ]);
  assert.deepEqual([requests[0].request_id, requests[1].request_id], [first, streamed.request_id]);
  assert.deepEqual([requests[0].body, requests[0].ended, requests[1].ended], [ASKED, null, true]);
});
