import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AzureOpenAI } from 'openai';
import { ASKED, QUESTION, URL, captured, chat, client, text } from './fake.mjs';

const azure = (options) =>
  new AzureOpenAI({
    // Else it would take the one for the API out of the environment.
    baseURL: null,
    endpoint: URL,
    apiVersion: '2024-10-21',
    maxRetries: 0,
    timeout: 30_000,
    ...options,
  });

const paths = async (key) => (await captured(key)).requests.map(({ path }) => path);

test("the model's name goes into the path", async () => {
  const own = azure({ apiKey: 'sk-azure-paths' });
  assert.deepEqual(await own.chat.completions.create(QUESTION), await chat());
  await own.embeddings.create({ model: 'text-embedding-3-small', input: 'a' });
  const response = await own.responses.create(ASKED);
  assert.equal((await own.responses.retrieve(response.id)).output_text, response.output_text);
  assert.deepEqual(await paths('sk-azure-paths'), [
    '/openai/deployments/gpt-4o/chat/completions',
    '/openai/deployments/text-embedding-3-small/embeddings',
    '/openai/responses',
    `/openai/responses/${response.id}`,
  ]);
});

test('a deployment is named once for all', async () => {
  const own = azure({ apiKey: 'sk-azure-deployment', deployment: 'my-own' });
  const chunks = await Array.fromAsync(await own.chat.completions.create({ ...QUESTION, stream: true }));
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
  assert.deepEqual(await paths('sk-azure-deployment'), ['/openai/deployments/my-own/chat/completions']);
});

test('a token will do for a key', async () => {
  const own = azure({ azureADTokenProvider: async () => 'sk-azure-token' });
  assert.ok(text(await own.chat.completions.create(QUESTION)));
  assert.equal((await paths('sk-azure-token')).length, 1);
});

test("the newer way in is the client's own", async () => {
  const own = client({ baseURL: `${URL}/openai/v1/`, apiKey: 'sk-azure-v1' });
  assert.deepEqual(await own.chat.completions.create(QUESTION), await chat());
  assert.deepEqual(await paths('sk-azure-v1'), ['/openai/v1/chat/completions']);
});
