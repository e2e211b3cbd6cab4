import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';

import { InvalidWebhookSignatureError } from 'openai';
import { client } from './fake.mjs';

const SECRET = 'whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3RzIGFsb25l';

/** A receiver, and the client of a fake that posts to it. */
const hooked = async (context) => {
  const posted = [];
  const receiver = createServer(async (request, reply) => {
    posted.push({ payload: await text(request), headers: request.headers });
    reply.writeHead(204).end();
    receiver.emit('posted');
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  context.after(() => receiver.close());

  const url = `http://127.0.0.1:${receiver.address().port}/webhook`;
  const fake = spawn(process.env.FAKE_BINARY, ['0', '--webhook', url, '--webhook-secret', SECRET]);
  context.after(() => fake.kill());
  const [line] = await once(createInterface(fake.stdout), 'line');
  const [address] = line.match(/http:\S+/);
  const openai = client({ baseURL: `${address}/v1`, webhookSecret: SECRET });

  const take = async () => {
    if (posted.length === 0) await once(receiver, 'posted', { signal: AbortSignal.timeout(30_000) });
    return posted.shift();
  };
  return { openai, take, posted };
};

test('the end of a background response is posted', async (context) => {
  const { openai, take, posted } = await hooked(context);
  const question = { model: 'gpt-4o', input: 'What is a fjord?' };
  await openai.responses.create(question);
  const response = await openai.responses.create({ ...question, background: true });

  const { payload, headers } = await take();
  const event = await openai.webhooks.unwrap(payload, headers);
  assert.deepEqual([event.object, event.type, event.data.id], ['event', 'response.completed', response.id]);
  // Who waits for the event does not poll, and finds the response complete at once.
  assert.equal((await openai.responses.retrieve(response.id)).status, 'completed');
  assert.deepEqual(posted, []);

  for (const [wrongPayload, wrongHeaders, secret] of [
    [payload, headers, 'whsec_YW5vdGhlciBzZWNyZXQ='],
    [`${payload} `, headers, SECRET],
    [payload, { ...headers, 'webhook-id': 'wh_1' }, SECRET],
    [payload, { ...headers, 'webhook-timestamp': '1700000000' }, SECRET],
  ]) {
    await assert.rejects(
      openai.webhooks.unwrap(wrongPayload, wrongHeaders, secret),
      InvalidWebhookSignatureError,
    );
  }
});
