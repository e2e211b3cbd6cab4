import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openai } from './fake.mjs';

const complete = (params) =>
  openai.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Once', ...params });

const texts = (reply) => reply.choices.map((choice) => choice.text);

for (const [prompt, count, tokens] of [
  ['Once', 1, 1],
  [['Once', 'Then'], 2, 2],
  [[15, 16, 17], 1, 3],
  [[[15, 16], [17]], 2, 3],
]) {
  test(`the prompt ${JSON.stringify(prompt)} is completed`, async () => {
    const reply = await complete({ prompt });
    assert.match(reply.id, /^cmpl-[0-9A-Za-z]{29}$/);
    assert.deepEqual([reply.object, reply.created], ['text_completion', 1_700_000_000]);
    assert.equal(reply.model, 'gpt-3.5-turbo-instruct:20230824-v2');
    assert.deepEqual(
      reply.choices.map((choice) => choice.index),
      [...Array(count).keys()],
    );
    assert.equal(new Set(texts(reply).filter((text) => text.length > 0)).size, count);
    assert.equal(reply.usage.prompt_tokens, tokens);
    assert.equal(reply.usage.total_tokens, tokens + reply.usage.completion_tokens);

    const chunks = await Array.fromAsync(await complete({ prompt, stream: true }));
    for (const whole of reply.choices) {
      const choices = chunks
        .flatMap((chunk) => chunk.choices)
        .filter((choice) => choice.index === whole.index);
      assert.equal(choices.map((choice) => choice.text).join(''), whole.text);
      assert.equal(choices.pop().finish_reason, whole.finish_reason);
      assert.ok(choices.every((choice) => choice.finish_reason === null));
    }
    for (const { id, object, ...chunk } of chunks) {
      assert.deepEqual([id, object, 'usage' in chunk], [reply.id, 'text_completion', false]);
    }
  });
}

test('each prompt gets n choices', async () => {
  const reply = await complete({ prompt: ['Once', 'Then'], n: 2 });
  assert.deepEqual(
    reply.choices.map((choice) => choice.index),
    [0, 1, 2, 3],
  );
  assert.equal(new Set(texts(reply)).size, 4);
});

test('a completion ends where it is told to', async () => {
  const [whole] = texts(await complete({ max_tokens: 50 }));
  const short = await complete({ max_tokens: 2 });
  assert.deepEqual([short.choices[0].finish_reason, short.usage.completion_tokens], ['length', 2]);
  assert.ok(whole.startsWith(texts(short)[0]) && whole !== texts(short)[0]);
  const stop = whole.trim().split(' ')[3];
  const cut = await complete({ max_tokens: 50, stop });
  assert.deepEqual(
    [texts(cut)[0], cut.choices[0].finish_reason],
    [whole.slice(0, whole.indexOf(stop)), 'stop'],
  );
});

test('a stream tells usage where asked', async () => {
  const stream = await complete({ stream: true, stream_options: { include_usage: true } });
  const chunks = await Array.fromAsync(stream);
  const last = chunks.pop();
  assert.deepEqual([last.choices, last.usage], [[], (await complete()).usage]);
  assert.ok(chunks.every((chunk) => chunk.choices.length === 1 && chunk.usage === null));
});
