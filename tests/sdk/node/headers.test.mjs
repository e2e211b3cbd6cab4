import assert from 'node:assert/strict';
import { test } from 'node:test';

import { QUESTION, chat, openai } from './fake.mjs';

const ALWAYS = {
  'x-request-id': /^req_[0-9a-f]{32}$/,
  'openai-version': /^2020-10-01$/,
  'openai-processing-ms': /^\d+$/,
  'x-content-type-options': /^nosniff$/,
};
const NAMED = { ...ALWAYS, 'openai-organization': /^[\w-]+$/, 'openai-project': /^proj_\w{24}$/ };
const LIMITED = {
  ...NAMED,
  'x-ratelimit-limit-requests': /^\d+$/,
  'x-ratelimit-limit-tokens': /^\d+$/,
  'x-ratelimit-remaining-requests': /^\d+$/,
  'x-ratelimit-remaining-tokens': /^\d+$/,
  'x-ratelimit-reset-requests': /^\d+ms$/,
  'x-ratelimit-reset-tokens': /^(0s|\d+ms|[\d.]+s)$/,
};

const LEGACY = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once' };
const VECTOR = { model: 'text-embedding-3-small', input: 'a' };
const JSON_TYPE = 'application/json';

for (const [name, call, contentType, expected] of [
  ['a chat', () => chat(), JSON_TYPE, LIMITED],
  ['a streamed chat', () => chat({ stream: true }), 'text/event-stream; charset=utf-8', LIMITED],
  ['a completion', () => openai.completions.create(LEGACY), JSON_TYPE, LIMITED],
  [
    'a streamed completion',
    () => openai.completions.create({ ...LEGACY, stream: true }),
    'text/event-stream',
    LIMITED,
  ],
  ['an embedding', () => openai.embeddings.create(VECTOR), JSON_TYPE, LIMITED],
  ['a moderation', () => openai.moderations.create({ input: 'a' }), JSON_TYPE, NAMED],
  ['a picture', () => openai.images.generate({ prompt: 'a' }), JSON_TYPE, NAMED],
  ['the models', () => openai.models.list(), JSON_TYPE, ALWAYS],
  ['a model', () => openai.models.retrieve('gpt-4o'), JSON_TYPE, ALWAYS],
]) {
  test(`the headers of ${name}`, async () => {
    const reply = await call().asResponse();
    await reply.text();
    const { headers } = reply;
    assert.deepEqual([reply.status, headers.get('content-type')], [200, contentType]);
    for (const [header, form] of Object.entries(expected)) {
      assert.match(headers.get(header) ?? 'missing', form, header);
    }
    // Legacy completions name the model in a header as well.
    const told = [...headers.keys()].filter((header) =>
      /^(openai-(?!model)|x-ratelimit-|x-request-id|x-content-)/.test(header),
    );
    assert.deepEqual(told.sort(), Object.keys(expected).sort());
  });
}

test('the request id of a reply and of a stream', async () => {
  for (const params of [{}, { stream: true }]) {
    const { data, response, request_id } = await chat(params).withResponse();
    assert.equal(request_id, response.headers.get('x-request-id'));
    if (params.stream) await Array.fromAsync(data);
    else assert.equal(data._request_id, request_id);
  }
});

test('a long question uses up tokens', async () => {
  const remaining = async (content) => {
    const reply = await openai.chat.completions
      .create({ ...QUESTION, messages: [{ role: 'user', content }] })
      .asResponse();
    return Number(reply.headers.get('x-ratelimit-remaining-tokens'));
  };
  assert.ok((await remaining('fjord '.repeat(1000))) < (await remaining('fjord')));
});
