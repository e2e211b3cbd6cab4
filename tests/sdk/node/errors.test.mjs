import assert from 'node:assert/strict';
import { test } from 'node:test';

import { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { QUESTION, chat, client, joined, openai, stream, text } from './fake.mjs';

/** Asserts the class and the fields of what a call is refused with. */
const refused = (call, kind, expected) =>
  assert.rejects(call, (error) => {
    assert.equal(error.constructor, kind, String(error));
    const { status, type, code, param } = error;
    assert.deepEqual({ status, type, code, param }, { type: 'invalid_request_error', ...expected });
    assert.match(error.requestID, /^req_[0-9a-f]{32}$/);
    assert.equal(error.requestID, error.headers.get('x-request-id'));
    assert.ok(error.message.startsWith(`${status} `) && error.message.length > 20, error.message);
    assert.deepEqual(Object.keys(error.error), ['message', 'type', 'param', 'code']);
    return true;
  });

const VECTOR = { model: 'text-embedding-3-small', input: 'a' };
const LEGACY = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once' };
const {
  chat: { completions },
  completions: legacy,
  embeddings,
  images,
  moderations,
} = openai;

for (const [name, call, code, param] of [
  ['no messages', () => completions.create({ model: 'gpt-4o' }), 'missing_required_parameter', 'messages'],
  ['an empty list', () => chat({ messages: [] }), 'empty_array', 'messages'],
  ['no model', () => chat({ model: undefined }), null, null],
  ['a temperature of 3', () => chat({ temperature: 3 }), 'decimal_above_max_value', 'temperature'],
  ['a temperature that is a word', () => chat({ temperature: 'hot' }), 'invalid_type', 'temperature'],
  ['no choices', () => chat({ n: 0 }), 'integer_below_min_value', 'n'],
  ['an unknown parameter', () => chat({ bogus: 1 }), 'unknown_parameter', 'bogus'],
  ['a stream', () => stream({ top_p: 2 }), 'decimal_above_max_value', 'top_p'],
  ['no prompt', () => legacy.create({ model: LEGACY.model }), 'missing_required_parameter', 'prompt'],
  ['best of too few', () => legacy.create({ ...LEGACY, n: 3, best_of: 2 }), null, 'best_of'],
  ['an empty input', () => embeddings.create({ ...VECTOR, input: '' }), null, null],
  ['too many dimensions', () => embeddings.create({ ...VECTOR, dimensions: 5000 }), null, null],
  ['nothing to moderate', () => moderations.create({}), 'missing_required_parameter', 'input'],
  ['too many pictures', () => images.generate({ prompt: 'a', n: 11 }), 'integer_above_max_value', 'n'],
]) {
  test(`${name}: a bad request`, () => refused(call, BadRequestError, { status: 400, code, param }));
}

test('a picture has a type of error of its own', () =>
  refused(() => images.generate({ model: 'gpt-image-2', prompt: 'a', size: 'huge' }), BadRequestError, {
    status: 400,
    type: 'image_generation_user_error',
    code: 'invalid_value',
    param: 'size',
  }));

for (const [Authorization, code] of [
  [null, null],
  ['Basic abcdef', 'invalid_api_key'],
  ['Bearer', 'invalid_api_key'],
]) {
  test(`the header "authorization: ${Authorization}" is not accepted`, async () => {
    const other = client({ defaultHeaders: { Authorization } });
    for (const call of [
      () => other.models.list(),
      () => other.chat.completions.create(QUESTION),
      () => other.chat.completions.create({ ...QUESTION, stream: true }),
    ]) {
      await refused(call, AuthenticationError, { status: 401, code, param: null });
    }
  });
}

test('what does not exist is not found', async () => {
  await refused(() => openai.get('/nowhere'), NotFoundError, {
    status: 404,
    code: 'unknown_url',
    param: null,
  });
  await refused(() => openai.get('/embeddings'), APIError, { status: 405, code: null, param: null });
});

test('the client goes on after an error', async () => {
  await assert.rejects(chat({ temperature: 3 }), BadRequestError);
  assert.equal(joined(await stream()), text(await chat()));
});
