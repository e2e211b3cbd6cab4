// Fixtures of aimock, read by aimock itself and by the fake: both answer alike.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { asked } from './asked.mjs';
import { both } from './both.mjs';

const EXAMPLES = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@copilotkit/aimock')),
  '../fixtures',
);

/**
 * What differs on purpose: the field, why, and what is so of ours and theirs where it does. A row that nothing meets
 * fails.
 */
const ON_PURPOSE = [
  {
    field: 'envelope.id',
    why: 'neither is told beforehand: aimock draws one, and here it follows from the request',
    holds: (theirs, ours) => ours.startsWith(theirs.split(/[-_]/)[0]),
  },
  {
    field: 'envelope.created',
    why: 'aimock tells the time, and here it is the same every time',
    holds: (theirs, ours) => Number.isInteger(ours),
  },
  {
    field: 'envelope.model',
    why: 'replies name the snapshot of the model that was asked for, as the API does',
    holds: (theirs, ours) => ours.startsWith(theirs),
  },
  {
    field: 'envelope.fingerprint',
    why: 'aimock leaves it out where a fixture has none',
    holds: (theirs, ours) => theirs === null && ours.startsWith('fp_'),
  },
  {
    field: 'usage.input',
    why: 'aimock takes four letters for a token, and counts nothing in responses and embeddings',
    holds: (theirs, ours) => ours > 0,
  },
  {
    field: 'usage.output',
    why: 'the same',
    holds: (theirs, ours) => ours > 0,
  },
  {
    field: 'usage.total',
    why: 'the same',
    holds: (theirs, ours) => ours > 0,
  },
  {
    field: 'calls.id',
    why: 'neither is told beforehand',
    holds: (theirs, ours) => theirs.startsWith('call_') && ours.startsWith('call_'),
  },
  {
    field: 'order',
    why: 'of blocks the text is said before the calls',
    holds: (theirs, ours) => theirs.toSorted().join() === ours.toSorted().join(),
  },
  {
    field: 'reasoning',
    way: 'chat',
    why: 'aimock tells thoughts as reasoning_content, which the API has not',
    holds: (theirs, ours) => theirs !== null && ours === null,
  },
];

const met = new Set();

function compare(way, request, theirs, ours, field = '') {
  const told = () => `${way}, ${field}\n${JSON.stringify(request)}\n${JSON.stringify({ theirs, ours }, null, 1)}`;
  const isFlat = (value) => value === null || typeof value !== 'object' || field === 'order';
  if (!isFlat(theirs) && !isFlat(ours)) {
    const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    // The places in a list are no names.
    const inner = (name) => [field, Array.isArray(theirs) ? '' : name].filter(Boolean).join('.');
    for (const name of names) compare(way, request, theirs[name], ours[name], inner(name));
    return;
  }
  if (JSON.stringify(theirs) === JSON.stringify(ours)) return;
  const row = ON_PURPOSE.find((row) => row.field === field && (!row.way || way.startsWith(row.way)));
  assert.ok(row?.holds(theirs, ours), told());
  met.add(row);
}

/** Asks both what the fixtures of a file ask for, in each way that there is. How often that was. */
async function compareAll(context, file, fixtures) {
  const { ask } = await both(context, file);
  let answered = 0;
  for (const { way, requests } of asked(fixtures)) {
    for (const { request, theirs, ours } of await ask(requests)) {
      assert.notEqual(theirs.error?.code, 'no_fixture_match', JSON.stringify(request));
      compare(way, request, theirs, ours);
      answered += 1;
    }
  }
  return answered;
}

const files = readdirSync(EXAMPLES, { recursive: true })
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, content: JSON.parse(readFileSync(path.join(EXAMPLES, name), 'utf8')) }))
  // The others are settings of servers for other protocols.
  .filter(({ content }) => Array.isArray(content.fixtures));

test('there are examples', () => {
  assert.ok(files.length >= 15, files.map(({ name }) => name).join());
});

for (const { name, content } of files) {
  test(`the example ${name}`, async (context) => {
    const answered = await compareAll(context, path.join(EXAMPLES, name), content.fixtures);
    const isServed = content.fixtures.some(({ match }) => match.endpoint !== 'openai-live');
    assert.equal(answered > 0, isServed);
  });
}

/** Writes fixtures to a file that is there until the test ends. */
function written(context, fixtures) {
  const folder = mkdtempSync(path.join(tmpdir(), 'aimock-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'fixtures.json');
  writeFileSync(file, JSON.stringify({ fixtures }));
  return file;
}

const SAID = { content: 'Yes.' };

/** What no example shows: each is asked for by its own match. */
const MORE = {
  'a text with braces': [{ match: { userMessage: 'braces' }, response: { content: 'a {{user}} {{{b}}} }}' } }],
  'JSON as a text': [{ match: { userMessage: 'json' }, response: { content: { a: [1, 2.5, 'x {{y}}'], b: null } } }],
  'a system text': [{ match: { systemMessage: 'kind' }, response: SAID }],
  'two system texts': [{ match: { systemMessage: ['kind', 'brief'] }, response: SAID }],
  'a model': [{ match: { model: 'gpt-4.1-mini' }, response: SAID }],
  'a format': [{ match: { userMessage: 'as JSON', responseFormat: 'json_object' }, response: { content: { a: 1 } } }],
  'a context': [
    { match: { userMessage: 'x', context: 'blue' }, response: SAID },
    { match: { userMessage: 'x' }, response: { content: 'No.' } },
  ],
  'a result': [
    { match: { userMessage: 'go', hasToolResult: false }, response: { toolCalls: [{ name: 'f', arguments: {} }] } },
    { match: { userMessage: 'go', hasToolResult: true }, response: SAID },
  ],
  'what a result says': [
    { match: { toolCallId: 'call_1', toolResultContains: 'cancelled' }, response: { content: 'Cancelled.' } },
    { match: { toolCallId: 'call_1' }, response: { content: 'Booked.' } },
  ],
  turns: [
    { match: { userMessage: 'trip', turnIndex: 0 }, response: { content: 'First.' } },
    { match: { userMessage: 'trip', turnIndex: 1 }, response: { content: 'Second.' } },
    { match: { userMessage: 'trip', turnIndex: 4 }, response: { content: 'Fifth.' } },
  ],
  overrides: [
    {
      match: { userMessage: 'over' },
      response: {
        content: 'Over.',
        id: 'own-1',
        created: 1234567890,
        model: 'own-model',
        systemFingerprint: 'fp_own',
        role: 'assistant',
        usage: { prompt_tokens: 7, completion_tokens: 8 },
      },
    },
  ],
  'the ids of calls': [
    {
      match: { userMessage: 'call' },
      response: {
        content: 'I call.',
        toolCalls: [
          { id: 'call_own', name: 'f', arguments: { a: '{{b}}' } },
          { id: 'call_too', name: 'g', arguments: '{"c": [1]}' },
        ],
      },
    },
  ],
  'an end by length': [{ match: { userMessage: 'long' }, response: { content: 'Lo', finishReason: 'length' } }],
  thoughts: [{ match: { userMessage: 'think', model: 'o3' }, response: { content: 'So.', reasoning: 'Hm, so {{.' } }],
  searches: [{ match: { userMessage: 'seek' }, response: { content: 'Found.', webSearches: ['fjords', 'more'] } }],
  chunks: [{ match: { userMessage: 'cut' }, response: { content: 'In pieces, each of them short.' }, chunkSize: 3 }],
  errors: [
    { match: { userMessage: 'e1' }, response: { error: { message: 'Broken' } } },
    { match: { userMessage: 'e2' }, response: { error: { message: 'Wait', type: 'x', code: 'y' }, status: 429, retryAfter: 9 } },
    { match: { userMessage: 'e3' }, response: { error: { message: 'No', type: 'z', param: 'input' }, status: 403 } },
    { match: { inputText: 'e4' }, response: { error: { message: 'None' }, status: 400 } },
    { match: { userMessage: 'e5', endpoint: 'image' }, response: { error: { message: 'Not that' }, status: 400 } },
  ],
  'an error, then an answer': [
    { match: { sequenceIndex: 0 }, response: { error: { message: 'Later' }, status: 503 } },
    { match: { sequenceIndex: 1 }, response: SAID },
  ],
  'sequences side by side': [
    { match: { userMessage: 'one', sequenceIndex: 0 }, response: { content: '1.0' } },
    { match: { userMessage: 'two', sequenceIndex: 0 }, response: { content: '2.0' } },
    { match: { userMessage: 'one', sequenceIndex: 1 }, response: { content: '1.1' } },
    { match: { userMessage: 'two', sequenceIndex: 1 }, response: { content: '2.1' } },
    { match: { userMessage: 'one' }, response: { content: '1.more' } },
  ],
  'a vector': [{ match: { inputText: 'cat', model: 'text-embedding-3-large' }, response: { embedding: [0.25, -0.5, 1] } }],
  'a transcription': [{ match: { endpoint: 'transcription' }, response: { transcription: { text: 'Hello.' } } }],
  'a picture': [{ match: { userMessage: 'a fjord' }, response: { image: { b64Json: 'iVBORw0KGgo=' } } }],
};

for (const [name, fixtures] of Object.entries(MORE)) {
  test(`what no example shows: ${name}`, async (context) => {
    assert.ok((await compareAll(context, written(context, fixtures), fixtures)) > 0);
  });
}

test('the whole folder of examples can be served, settings aside', async (context) => {
  const { told } = await both(context, EXAMPLES);
  assert.match(told(), /full-suite\.json: settings of aimock/);
});

const user = (content) => ({ role: 'user', content });
const assistant = (content) => ({ role: 'assistant', content });
const wants = (messages, more) => ({
  path: '/v1/chat/completions',
  body: { model: 'gpt-4o', messages, ...more },
});

/** Fixtures, by what they ask for, and requests that are chosen from them in ways that are easily got wrong. */
const CHOSEN = [
  ['the first that fits', [{ userMessage: 'a' }, { userMessage: 'ab' }, {}], [wants([user('ab')]), wants([user('b')])]],
  ['letters have cases', [{ userMessage: 'Hello' }], [wants([user('hello')]), wants([user('Hello')])]],
  ['a text is no pattern', [{ userMessage: 'a.c' }], [wants([user('abc')]), wants([user('a.c')])]],
  ['the last message of the user', [{ userMessage: 'first' }], [wants([user('first'), assistant('x'), user('last')])]],
  [
    'any text at all',
    [{ userMessage: '' }, {}],
    [wants([user('x')]), wants([{ role: 'system', content: 'x' }])],
  ],
  [
    'models by their beginning',
    [{ model: 'gpt-4o' }, { model: 'gpt-4' }],
    [
      wants([user('x')], { model: 'gpt-4o-2024-08-06' }),
      wants([user('x')], { model: 'gpt-4o-mini' }),
      wants([user('x')], { model: 'gpt-4.1' }),
      wants([user('x')], { model: 'gpt-4-0613' }),
    ],
  ],
  [
    'turns that are missing',
    [{ userMessage: 'x', turnIndex: 1 }, { userMessage: 'x', turnIndex: 2 }, { turnIndex: 0 }],
    [
      wants([user('x')]),
      wants([user('y')]),
      wants([user('y'), assistant('1'), user('x')]),
      wants([user('x'), assistant('1'), user('2'), assistant('2'), user('3'), assistant('3'), user('x')]),
    ],
  ],
  [
    'a turn beside a fixture without one',
    [{ userMessage: 'x' }, { userMessage: 'x', turnIndex: 1 }],
    [
      wants([user('x')]),
      wants([user('1'), assistant('1'), user('x')]),
      wants([user('1'), assistant('1'), user('2'), assistant('2'), user('x')]),
    ],
  ],
  [
    'results before the last question',
    [{ hasToolResult: true }, { hasToolResult: false }],
    [
      wants([
        user('1'),
        { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'x' },
        assistant('1'),
        user('2'),
      ]),
    ],
  ],
  [
    'a sequence that ends',
    [{ userMessage: 'x', sequenceIndex: 0 }, { userMessage: 'x', sequenceIndex: 1 }],
    [wants([user('x')]), wants([user('x')]), wants([user('x')])],
  ],
  [
    'a sequence with a gap',
    [{ sequenceIndex: 0 }, { sequenceIndex: 2 }, { userMessage: 'x' }],
    [wants([user('x')]), wants([user('x')]), wants([user('x')])],
  ],
];

for (const [name, matches, requests] of CHOSEN) {
  test(`what is chosen: ${name}`, async (context) => {
    const fixtures = matches.map((match, at) => ({ match, response: { content: `Fixture ${at}.` } }));
    const { ask } = await both(context, written(context, fixtures));
    const chosen = (seen) => seen.text ?? 'none';
    for (const { request, theirs, ours } of await ask(requests)) {
      assert.equal(chosen(ours), chosen(theirs), JSON.stringify(request));
    }
  });
}

/** How a reply ends for who reads all of it: what came, and whether it broke off. */
async function outcome(url, userMessage, stream) {
  const { path, body } = wants([user(userMessage)]);
  const seen = { status: 0, events: 0, isJson: null, breaksOff: false };
  try {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-aimock', 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, stream }),
    });
    seen.status = reply.status;
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of reply.body) {
      text += decoder.decode(piece, { stream: true });
      seen.events = text.split('\n').filter((line) => line.startsWith('data: ')).length;
    }
    if (!stream) {
      seen.isJson = true;
      JSON.parse(text);
    }
  } catch (error) {
    if (error instanceof SyntaxError) seen.isJson = false;
    else seen.breaksOff = true;
  }
  return seen;
}

test('what goes wrong goes wrong alike', async (context) => {
  const wrong = {
    cut: { truncateAfterChunks: 2 },
    paced: { latency: 1, truncateAfterChunks: 3, disconnectAfterMs: 20_000 },
    drop: { chaos: { dropRate: 1 } },
    malformed: { chaos: { malformedRate: 1 } },
    limited: { chaos: { rateLimitRate: 1, latencyMs: 1 } },
    gone: { chaos: { disconnectRate: 1 } },
    well: { chaos: { dropRate: 0 }, streamingProfile: { ttft: 1, tps: 1000, jitter: 0.5 }, disconnectAfterMs: 20_000 },
  };
  const fixtures = Object.entries(wrong).map(([userMessage, more]) => ({
    match: { userMessage },
    response: { content: 'Once upon a time there was a fake that many people took for real.' },
    chunkSize: 5,
    ...more,
  }));
  const { urls, told } = await both(context, written(context, fixtures));
  const whole = { status: 200, events: 0, isJson: true, breaksOff: false };
  const expected = {
    cut: [whole, { ...whole, events: 2, isJson: null, breaksOff: true }],
    paced: [whole, { ...whole, events: 3, isJson: null, breaksOff: true }],
    drop: [{ ...whole, status: 500 }, { ...whole, status: 500, isJson: null }],
    malformed: [{ ...whole, isJson: false }],
    limited: [{ ...whole, status: 429 }, { ...whole, status: 429, isJson: null }],
    gone: [
      { ...whole, status: 0, isJson: null, breaksOff: true },
      { ...whole, status: 0, isJson: null, breaksOff: true },
    ],
    well: [whole],
  };
  for (const [userMessage, each] of Object.entries(expected)) {
    for (const [at, one] of each.entries()) {
      for (const [whose, url] of Object.entries(urls)) {
        const seen = await outcome(url, userMessage, at === 1);
        if (whose === 'theirs' && one.events > 0) {
          // aimock destroys the connection before it has written all that was to be read before.
          assert.ok(seen.breaksOff && seen.events <= one.events, `${userMessage}: ${JSON.stringify(seen)}`);
          continue;
        }
        assert.deepEqual(seen, one, `${userMessage}, ${at === 1 ? 'streamed' : 'whole'}, ${whose}`);
      }
    }
  }
  assert.equal(told(), '');
});

test('fixtures are taken at run time too, for a key alone', async () => {
  const base = new URL(process.env.OPENAI_BASE_URL);
  const send = async (where, body) => {
    const reply = await fetch(new URL(where, base), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${process.env.OPENAI_API_KEY}`,
        'content-type': 'application/json',
        'user-agent': 'aimock-fixtures/1',
      },
      body: JSON.stringify(body),
    });
    return reply.json();
  };
  const added = await send('/__parlel/rules', { fixtures: [{ match: { userMessage: 'hello' }, response: SAID }] });
  assert.equal(added.added, 1, JSON.stringify(added));
  const { body } = wants([user('hello')]);
  assert.equal((await send('/v1/chat/completions', body)).choices[0].message.content, SAID.content);
});

test('each difference was met', () => {
  assert.deepEqual(ON_PURPOSE.filter((row) => !met.has(row)).map(({ field }) => field), []);
});
