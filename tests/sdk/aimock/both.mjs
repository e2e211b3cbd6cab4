// aimock and the fake with the same fixtures, and what each of them says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { LLMock } from '@copilotkit/aimock';

/** Both of them, until the test ends. Without a rule that fits, each refuses. */
export async function both(context, file) {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', strict: true });
  if (file.endsWith('.json')) mock.loadFixtureFile(file);
  else mock.loadFixtureDir(file);
  await mock.start();
  context.after(() => mock.stop());

  const fake = spawn(process.env.FAKE_BINARY, ['0', '--strict-rules', '--rules', file]);
  context.after(() => fake.kill());
  let told = '';
  fake.stderr.on('data', (piece) => (told += piece));
  const [line] = await Promise.race([
    once(createInterface(fake.stdout), 'line'),
    once(fake, 'exit').then(([code]) => assert.fail(`it ended with ${code}: ${told}`)),
  ]);
  const [address] = line.match(/http:\S+/);
  let runs = 0;
  return {
    told: () => told,
    urls: { theirs: mock.url, ours: address },
    /** Sends requests to one after the other, and then to the other; both begin to count anew. */
    async ask(requests) {
      mock.resetMatchCounts();
      const key = `sk-${(runs += 1)}`;
      const theirs = [];
      for (const request of requests) theirs.push(await sent(mock.url, request, key));
      const ours = [];
      for (const request of requests) ours.push(await sent(address, request, key));
      return requests.map((request, at) => ({ request, theirs: theirs[at], ours: ours[at] }));
    },
  };
}

async function sent(url, { path, body, form, headers }, key) {
  const filled = new FormData();
  for (const [name, value] of Object.entries(form ?? {})) filled.append(name, value);
  const reply = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body ? JSON.stringify(body) : filled,
  });
  const text = await reply.text();
  const seen = { status: reply.status };
  if (reply.status === 429) seen.retryAfter = reply.headers.get('retry-after');
  if (!reply.ok) {
    const { message, type, param, code } = JSON.parse(text).error;
    return { ...seen, error: { message, type, param, code } };
  }
  const told = body?.stream ? READ_STREAM[path](events(text)) : READ[path](JSON.parse(text));
  return { ...seen, ...told };
}

/** What each event of a stream says. */
const events = (text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice(6)));

const READ = {
  '/v1/chat/completions': ({ id, created, model, system_fingerprint, usage, choices: [choice] }) => ({
    text: choice.message.content,
    calls: (choice.message.tool_calls ?? []).map(({ id, function: called }) => call(id, called)),
    finish: choice.finish_reason,
    reasoning: choice.message.reasoning_content ?? null,
    role: choice.message.role,
    envelope: { id, created, model, fingerprint: system_fingerprint ?? null },
    usage: counted(usage),
  }),
  '/v1/responses': ({ id, created_at, model, status, output, usage }) => {
    const of = (type) => output.filter((item) => item.type === type);
    const texts = of('message').flatMap(({ content }) => content.map(({ text }) => text));
    return {
      text: texts.length === 0 ? null : texts.join(''),
      calls: of('function_call').map((item) => call(item.call_id, item)),
      finish: status,
      reasoning: of('reasoning').flatMap(({ summary }) => summary.map(({ text }) => text))[0] ?? null,
      searches: of('web_search_call').map(({ action }) => action.query),
      order: output.map(({ type }) => type),
      envelope: { id, created: created_at, model },
      usage: counted(usage),
    };
  },
  '/v1/embeddings': ({ data, model, usage }) => ({
    vectors: data.map(({ embedding }) => embedding),
    envelope: { model },
    usage: counted(usage),
  }),
  '/v1/audio/transcriptions': (told) => told,
  '/v1/images/generations': ({ data }) => ({ pictures: data }),
};

const READ_STREAM = {
  '/v1/chat/completions': (chunks) => {
    const { id, created, model, system_fingerprint } = chunks[0];
    const choices = chunks.flatMap(({ choices }) => choices);
    const deltas = choices.map(({ delta }) => delta);
    const calls = [];
    for (const { index, id, function: called } of deltas.flatMap(({ tool_calls }) => tool_calls ?? [])) {
      calls[index] ??= { id, name: called.name, arguments: '' };
      calls[index].arguments += called.arguments ?? '';
    }
    const texts = deltas.map(({ content }) => content).filter((content) => typeof content === 'string');
    const thoughts = deltas.map(({ reasoning_content }) => reasoning_content ?? '').join('');
    return {
      text: texts.length === 0 ? null : texts.join(''),
      calls: calls.map((called) => call(called.id, called)),
      finish: choices.findLast(({ finish_reason }) => finish_reason).finish_reason,
      reasoning: thoughts === '' ? null : thoughts,
      role: deltas.find(({ role }) => role).role,
      envelope: { id, created, model, fingerprint: system_fingerprint ?? null },
      usage: counted(chunks.find(({ usage }) => usage)?.usage),
    };
  },
  '/v1/responses': (told) => {
    const last = told.findLast(({ response }) => response).response;
    const joined = (type) => told.filter((event) => event.type === type).map(({ delta }) => delta).join('');
    const whole = READ['/v1/responses'](last);
    // What the pieces say is what the end says.
    assert.equal(joined('response.output_text.delta'), whole.text ?? '');
    assert.equal(joined('response.reasoning_summary_text.delta'), whole.reasoning ?? '');
    return whole;
  },
};

const call = (id, called) => ({ id, name: called.name, arguments: JSON.parse(called.arguments) });

const counted = (usage) =>
  usage && {
    input: usage.prompt_tokens ?? usage.input_tokens,
    output: usage.completion_tokens ?? usage.output_tokens ?? 0,
    total: usage.total_tokens,
  };
