import assert from 'node:assert/strict';
import { test } from 'node:test';

import { QUESTION, chat, joined, openai, stream, text } from './fake.mjs';

const USAGE = { stream_options: { include_usage: true } };

test('a whole answer', async () => {
  const reply = await chat();
  assert.match(reply.id, /^chatcmpl-[0-9A-Za-z]{29}$/);
  assert.match(reply._request_id, /^req_[0-9a-f]{32}$/);
  assert.deepEqual([reply.object, reply.model], ['chat.completion', 'gpt-4o-2024-08-06']);
  assert.deepEqual([reply.created, reply.service_tier], [1_700_000_000, 'default']);
  assert.equal(reply.choices.length, 1);
  const { message, ...choice } = reply.choices[0];
  assert.deepEqual(choice, { index: 0, logprobs: null, finish_reason: 'stop' });
  assert.deepEqual([message.role, message.refusal], ['assistant', null]);
  assert.match(message.content, /\w.*\.$/);
  const { prompt_tokens, completion_tokens, total_tokens } = reply.usage;
  assert.ok(prompt_tokens > 0 && completion_tokens > 0);
  assert.equal(total_tokens, prompt_tokens + completion_tokens);
  assert.deepEqual(reply.usage.prompt_tokens_details, { cached_tokens: 0, audio_tokens: 0 });
});

test('a stream sends the whole answer', async () => {
  const [whole, chunks] = [await chat(), await stream()];
  assert.equal(joined(chunks), text(whole));
  for (const chunk of chunks) {
    const { id, created, model, object } = chunk;
    assert.deepEqual(
      [id, created, model, object],
      [whole.id, whole.created, whole.model, 'chat.completion.chunk'],
    );
  }
  const choices = chunks.map((chunk) => chunk.choices[0]);
  assert.deepEqual(choices[0].delta, { role: 'assistant', content: '', refusal: null });
  assert.ok(choices.slice(1).every((choice) => !('role' in choice.delta)));
  assert.deepEqual([choices.at(-1).delta, choices.at(-1).finish_reason], [{}, 'stop']);
  assert.ok(choices.slice(0, -1).every((choice) => choice.finish_reason === null));
});

test('a stream tells usage where asked', async () => {
  const chunks = await stream(USAGE);
  const last = chunks.pop();
  assert.deepEqual([last.choices, last.usage], [[], (await chat()).usage]);
  assert.ok(chunks.every((chunk) => chunk.choices.length === 1 && chunk.usage === null));
  assert.ok((await stream()).every((chunk) => chunk.choices.length === 1 && !('usage' in chunk)));
});

const PART = { type: 'text', text: 'What is a fjord?' };
const PICTURE = { type: 'image_url', image_url: { url: 'https://example.com/fjord.png' } };
const CALL = { id: 'call_1', type: 'function', function: { name: 'depth', arguments: '{}' } };

const forms = {
  text: QUESTION.messages,
  parts: [{ role: 'user', content: [PART] }],
  'a picture': [{ role: 'user', content: [PART, PICTURE] }],
  system: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ],
  developer: [
    { role: 'developer', content: [PART] },
    { role: 'user', content: 'Grüße 🙂' },
  ],
  history: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'user', content: 'c' },
  ],
  'a tool': [
    { role: 'user', content: 'How deep?' },
    { role: 'assistant', tool_calls: [CALL] },
    { role: 'tool', tool_call_id: 'call_1', content: '1308 m' },
  ],
};
for (const [name, messages] of Object.entries(forms)) {
  test(`messages with ${name} are answered`, async () => {
    const whole = await chat({ messages });
    assert.ok(text(whole).length > 0);
    assert.ok(whole.usage.prompt_tokens > 3 * messages.length);
    assert.equal(joined(await stream({ messages })), text(whole));
  });
}

test('a reply can be sent back', async () => {
  const { message } = (await chat()).choices[0];
  const messages = [...QUESTION.messages, message, { role: 'user', content: 'Go on.' }];
  assert.notEqual(text(await chat({ messages })), message.content);
});

test('choices are distinct', async () => {
  const [one, three] = [await chat(), await chat({ n: 3 })];
  const texts = three.choices.map((choice) => choice.message.content);
  assert.deepEqual(
    three.choices.map((choice) => choice.index),
    [0, 1, 2],
  );
  assert.equal(new Set(texts).size, 3);
  assert.equal(texts[0], text(one));
  assert.equal(three.usage.prompt_tokens, one.usage.prompt_tokens);
  assert.ok(three.usage.completion_tokens > one.usage.completion_tokens);
  const chunks = await stream({ n: 3 });
  assert.deepEqual(
    [0, 1, 2].map((index) => joined(chunks, index)),
    texts,
  );
});

for (const several of [false, true]) {
  test(`an answer ends before ${several ? 'the first of several stops' : 'a stop'}`, async () => {
    const whole = text(await chat());
    const word = whole.split(' ')[4];
    const stop = several ? ['never to be found', word] : word;
    const cut = await chat({ stop });
    assert.equal(text(cut), whole.slice(0, whole.indexOf(word)));
    assert.equal(cut.choices[0].finish_reason, 'stop');
    assert.equal(joined(await stream({ stop })), text(cut));
  });
}

for (const limit of ['max_tokens', 'max_completion_tokens']) {
  test(`an answer ends at ${limit}`, async () => {
    const [whole, cut] = [text(await chat()), await chat({ [limit]: 3 })];
    assert.deepEqual([cut.choices[0].finish_reason, cut.usage.completion_tokens], ['length', 3]);
    assert.ok(text(cut).length > 0 && whole.length > text(cut).length && whole.startsWith(text(cut)));
    const chunks = await stream({ [limit]: 3 });
    assert.deepEqual([joined(chunks), chunks.at(-1).choices[0].finish_reason], [text(cut), 'length']);
  });
}

test('the same request gives the same bytes', async () => {
  const bytes = async (params) => (await chat(params).asResponse()).text();
  const first = await bytes();
  assert.equal(await bytes(), first);
  assert.equal(await bytes({ user: 'someone' }), first);
  assert.notEqual(await bytes({ messages: [{ role: 'user', content: 'Another' }] }), first);
});

test('the stream runner', async () => {
  const runner = openai.chat.completions.stream({ ...QUESTION, ...USAGE });
  const deltas = [];
  runner.on('content', (delta) => deltas.push(delta));
  const [whole, final] = [await chat(), await runner.finalChatCompletion()];
  assert.deepEqual([deltas.join(''), text(final)], [text(whole), text(whole)]);
  assert.deepEqual([final.id, final.choices[0].finish_reason], [whole.id, 'stop']);
  assert.deepEqual([await runner.finalContent(), final.usage], [text(whole), whole.usage]);
});
