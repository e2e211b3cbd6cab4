import assert from 'node:assert/strict';
import { test } from 'node:test';

import { APIError, BadRequestError } from 'openai';
import { ASKED, URL, events, openai, respond } from './fake.mjs';

const types = (sent) => sent.map((event) => event.type);

/** The types, each once where it comes several times in a row. */
const steps = (sent) => types(sent).filter((type, at, all) => type !== all[at - 1]);

/** What must be true of any stream, and its last response. */
const checked = (sent) => {
  assert.deepEqual(
    sent.map((event) => event.sequence_number),
    sent.map((_, at) => at),
  );
  const [first, last] = [sent[0].response, sent.at(-1).response];
  assert.deepEqual([first.output, first.usage, first.completed_at], [[], null, null]);
  assert.equal(last.id, first.id);
  const done = sent.filter((event) => event.type === 'response.output_item.done');
  assert.deepEqual(
    done.map((event) => event.item),
    last.output,
  );
  return last;
};

/** A response as a stream tells it at its end: what only whole replies tell is left out. */
const told = ({ billing, output_text, _request_id, ...response }) => response;

const TEXT = [
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  'response.output_item.done',
  'response.completed',
];

test('a text comes in pieces, and is the whole', async () => {
  const [sent, whole] = [await events(), await respond()];
  assert.deepEqual(steps(sent), TEXT);
  assert.deepEqual(told(checked(sent)), told(whole));
  const deltas = sent.filter((event) => event.type === 'response.output_text.delta');
  assert.ok(deltas.length > 3);
  assert.equal(deltas.map((event) => event.delta).join(''), whole.output_text);
  const [{ id }] = whole.output;
  assert.ok(deltas.every((event) => event.item_id === id && event.content_index === 0));
  assert.equal(sent.find((event) => event.type === 'response.output_text.done').text, whole.output_text);
});

test('padding is left out where it is not wanted', async () => {
  const padded = (sent) => sent.filter((event) => 'obfuscation' in event).length;
  assert.ok(padded(await events()) > 3);
  const sent = await events({ stream_options: { include_obfuscation: false } });
  assert.equal(padded(sent), 0);
  assert.deepEqual(told(checked(sent)), told(await respond()));
});

test('what is cut ends as incomplete', async () => {
  const params = { max_output_tokens: 16 };
  const sent = await events(params);
  assert.deepEqual(steps(sent), [...TEXT.slice(0, -1), 'response.incomplete']);
  assert.deepEqual(told(checked(sent)), told(await respond(params)));
});

test('a refusal', async () => {
  const params = { input: 'Hello [refusal]' };
  const sent = await events(params);
  assert.deepEqual(
    steps(sent),
    TEXT.map((type) => type.replace('output_text', 'refusal')),
  );
  const { refusal } = checked(sent).output[0].content[0];
  const deltas = sent.filter((event) => event.type === 'response.refusal.delta');
  assert.equal(deltas.map((event) => event.delta).join(''), refusal);
});

test('thoughts are told in parts, before the text', async () => {
  const params = { model: 'gpt-5', reasoning: { effort: 'low', summary: 'detailed' } };
  const sent = await events(params);
  const [{ summary }] = checked(sent).output;
  const part = [
    'response.reasoning_summary_part.added',
    'response.reasoning_summary_text.delta',
    'response.reasoning_summary_text.done',
    'response.reasoning_summary_part.done',
  ];
  assert.deepEqual(steps(sent), [
    ...TEXT.slice(0, 3),
    ...summary.flatMap(() => part),
    'response.output_item.done',
    ...TEXT.slice(2),
  ]);
  const pieces = summary.map((_, index) =>
    sent
      .filter((event) => event.type === 'response.reasoning_summary_text.delta')
      .filter((event) => event.summary_index === index)
      .map((event) => event.delta)
      .join(''),
  );
  assert.deepEqual(
    pieces,
    summary.map(({ text }) => text),
  );
  assert.deepEqual(told(sent.at(-1).response), told(await respond(params)));
});

test('log probabilities', async () => {
  const params = { include: ['message.output_text.logprobs'], top_logprobs: 3 };
  const sent = await events(params);
  const { logprobs } = checked(sent).output[0].content[0];
  const deltas = sent.filter((event) => event.type === 'response.output_text.delta');
  assert.deepEqual(
    deltas.flatMap((event) => event.logprobs),
    logprobs,
  );
  assert.deepEqual(logprobs, (await respond(params)).output[0].content[0].logprobs);
});

test('the stream runner gathers', async () => {
  const runner = openai.responses.stream(ASKED);
  const seen = { deltas: '', snapshots: [], events: [], done: [] };
  runner
    .on('event', (event) => seen.events.push(event))
    .on('response.output_text.delta', ({ delta, snapshot }) => {
      seen.deltas += delta;
      seen.snapshots.push(snapshot);
    })
    .on('response.completed', ({ response }) => seen.done.push(response.id));
  const [final, whole] = [await runner.finalResponse(), await respond()];
  assert.equal(final.output_text, whole.output_text);
  assert.deepEqual([final.id, final.status, final.usage], [whole.id, 'completed', whole.usage]);
  assert.deepEqual([seen.deltas, seen.snapshots.at(-1)], [whole.output_text, whole.output_text]);
  assert.deepEqual([steps(seen.events), seen.done], [TEXT, [whole.id]]);
});

test('the stream runner is iterated', async () => {
  const runner = openai.responses.stream({ ...ASKED, model: 'gpt-5', reasoning: { summary: 'auto' } });
  const sent = await Array.fromAsync(runner);
  assert.deepEqual(sent.at(-1).response.id, (await runner.finalResponse()).id);
});

test('the stream runner ends with what is incomplete, refused or failed', async () => {
  const final = (params) => openai.responses.stream({ ...ASKED, ...params }).finalResponse();
  const cut = await final({ max_output_tokens: 16 });
  assert.deepEqual([cut.status, cut.incomplete_details.reason], ['incomplete', 'max_output_tokens']);
  const refused = await final({ input: 'Hello [refusal]' });
  assert.deepEqual([refused.status, refused.output[0].content[0].type], ['completed', 'refusal']);
  const failed = await final({ input: 'Hello [failed]' });
  assert.deepEqual([failed.status, failed.error.code], ['failed', 'server_error']);
  await assert.rejects(final({ input: 'Hello [error]' }), APIError);
  await assert.rejects(final({ max_output_tokens: 1 }), BadRequestError);
});

test('a stream may be closed early', async () => {
  const whole = await respond();
  for (let round = 0; round < 3; round++) {
    for await (const event of await respond({ stream: true })) {
      assert.equal(event.type, 'response.created');
      break;
    }
    const runner = openai.responses.stream(ASKED);
    runner.on('response.output_text.delta', () => runner.abort());
    await assert.rejects(runner.finalResponse());
    assert.deepEqual(await respond(), whole);
  }
});

/** A stream without the client: the names and the data of its events. */
const raw = async (body) => {
  const reply = await fetch(`${URL}/v1/responses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${process.env.OPENAI_API_KEY}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ ...ASKED, ...body, stream: true }),
  });
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get('content-type'), /^text\/event-stream\b/);
  let text = '';
  for await (const piece of reply.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
  }
  assert.ok(text.endsWith('\n\n'));
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((event) => {
      const [name, data, ...others] = event.split('\n');
      assert.ok(name.startsWith('event: ') && data.startsWith('data: ') && others.length === 0, event);
      return [name.slice('event: '.length), JSON.parse(data.slice('data: '.length))];
    });
};

test('a reader without the client finds each name twice, and nothing behind the last event', async () => {
  const sent = await raw();
  for (const [name, data] of sent) {
    assert.deepEqual([name, Object.keys(data)[0]], [data.type, 'type']);
  }
  const data = sent.map(([, event]) => event);
  assert.deepEqual(steps(data), TEXT);
  assert.deepEqual(told(checked(data)), told(await respond()));
  // Without padding the client hands over what was sent.
  const bare = { stream_options: { include_obfuscation: false } };
  assert.deepEqual(
    (await raw(bare)).map(([, event]) => event),
    await events(bare),
  );
});

test('a reader without the client finds the error', async () => {
  const sent = await raw({ input: 'Hello [error]' });
  const [, { error }] = sent.find(([name]) => name === 'error');
  assert.deepEqual([error.type, error.code], ['server_error', 'server_error']);
  const [name, { response }] = sent.at(-1);
  assert.deepEqual(
    [name, response.status, response.error.code],
    ['response.failed', 'failed', 'server_error'],
  );
});
