import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NotFoundError } from 'openai';
import { openai } from './fake.mjs';

test('models are listed and retrieved', async () => {
  const models = await Array.fromAsync(openai.models.list());
  const ids = models.map((model) => model.id);
  for (const id of ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small', 'omni-moderation-latest']) {
    assert.ok(ids.includes(id), id);
  }
  assert.ok(models.every((model) => model.object === 'model'));
  const model = await openai.models.retrieve('gpt-4o');
  assert.deepEqual(
    model,
    models.find(({ id }) => id === 'gpt-4o'),
  );
  assert.deepEqual([model.created, model.owned_by], [1715367049, 'openai']);
});

for (const name of ['gpt-9-imaginary', 'meta/llama-3:free', 'ft:gpt-4o:acme::9x', 'a b?c#d%e']) {
  test(`the model ${name} is not found`, async () => {
    await assert.rejects(openai.models.retrieve(name), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.deepEqual([error.status, error.code, error.param], [404, 'model_not_found', 'model']);
      assert.ok(error.message.includes(`'${name}'`), error.message);
      return true;
    });
  });
}

test('a fine-tuned model is deleted and no other', async () => {
  const id = 'ft:gpt-4o-mini-2024-07-18:acme::abc';
  assert.deepEqual(await openai.models.delete(id), { id, object: 'model', deleted: true });
  await assert.rejects(openai.models.delete('gpt-4o'), { status: 404, code: 'model_not_found' });
});
