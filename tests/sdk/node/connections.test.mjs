import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chat, joined, stream, text } from './fake.mjs';

const fifty = (call) =>
  Promise.all(
    Array.from({ length: 50 }, (_, number) =>
      call({ messages: [{ role: 'user', content: `Question ${number}` }] }),
    ),
  );

test('fifty calls at once', async () => {
  const [wholes, streams] = await Promise.all([fifty(chat), fifty(stream)]);
  const answers = wholes.map(text);
  assert.deepEqual(
    streams.map((chunks) => joined(chunks)),
    answers,
  );
  assert.ok(new Set(answers).size > 45);
  assert.equal(new Set(wholes.map((whole) => whole._request_id)).size, 50);
});

for (const [name, close] of [
  ['by leaving the loop', () => {}],
  ['by its controller', (open) => open.controller.abort()],
]) {
  test(`a stream may be closed early ${name}`, async () => {
    const expected = await chat();
    for (let round = 0; round < 3; round++) {
      // Far more than a socket holds, so that closing it early leaves it unsent.
      const open = await chat({ n: 128, stream: true });
      for await (const chunk of open) {
        assert.equal(chunk.choices[0].delta.role, 'assistant');
        close(open);
        break;
      }
      assert.deepEqual(await chat(), expected);
    }
  });
}
