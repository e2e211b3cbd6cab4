// What the client does when something goes wrong, by both APIs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  OpenAIError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { ASKED, QUESTION, URL, captured, client } from './fake.mjs';
import { GOT_OVER, across, assertWaited, requests, together } from './struck.mjs';

const APIS = ['chat', 'responses'];
const WAYS = ['whole', 'streamed'];

/** The client as its users have it. */
const faulty = (key, fault, options) =>
  client({
    apiKey: key,
    maxRetries: 2,
    logLevel: 'off',
    defaultHeaders: fault ? { 'x-parlel-fault': fault } : {},
    ...options,
  });

/** Asks and reads all of the answer. What has come of a stream is put in `read`. */
const ask = async (openai, api, way, read = [], options = {}) => {
  const stream = way === 'streamed';
  const reply =
    api === 'chat'
      ? await openai.chat.completions.create({ ...QUESTION, stream }, options)
      : await openai.responses.create({ ...ASKED, stream }, options);
  if (!stream) return api === 'chat' ? reply.choices[0].message.content : reply.output_text;
  for await (const event of reply) read.push(event);
  return read.map((event) => event.choices?.[0]?.delta.content ?? textOf(event)).join('');
};

const textOf = (event) => (event.type === 'response.output_text.delta' ? event.delta : '');

describe('faults', { concurrency: true }, () => {
  /** How long it waits by itself before it asks again, at least. */
  const BACK_OFF = [375, 750];

  // A fault; the exception, its status and its code; how long the client waits before it asks again, if it does.
  const ERRORS = [
    ['400', BadRequestError, 400, null, []],
    ['context_length', BadRequestError, 400, 'context_length_exceeded', []],
    ['401', AuthenticationError, 401, 'invalid_api_key', []],
    ['403', PermissionDeniedError, 403, 'model_not_found', []],
    ['region', PermissionDeniedError, 403, 'unsupported_country_region_territory', []],
    ['not_found', NotFoundError, 404, 'unknown_url', []],
    ['408', APIError, 408, 'timeout', BACK_OFF],
    ['409', ConflictError, 409, 'conflict', BACK_OFF],
    ['422', UnprocessableEntityError, 422, 'unprocessable_entity', []],
    ['429', RateLimitError, 429, 'rate_limit_exceeded', [6, 6]],
    ['rate_limit_tokens', RateLimitError, 429, 'rate_limit_exceeded', [300, 300]],
    // There is no money left, and still the client tries.
    ['insufficient_quota', RateLimitError, 429, 'insufficient_quota', BACK_OFF],
    ['500', InternalServerError, 500, /null|server_error/, BACK_OFF],
    // A page of HTML has no code.
    ['502', InternalServerError, 502, undefined, BACK_OFF],
    ['503', InternalServerError, 503, /server/, [1000, 1000]],
    ['slow_down', InternalServerError, 503, 'slow_down', [1000, 1000]],
    ['529', InternalServerError, 529, null, [1000, 1000]],
  ];

  together(
    'an error in place of an answer',
    across(ERRORS, APIS, WAYS),
    async (key, fault, raised, status, code, waits, api, way) => {
      await assert.rejects(ask(faulty(key, fault), api, way), (error) => {
        assert.deepEqual([error.constructor, error.status], [raised, status]);
        if (code instanceof RegExp) assert.match(String(error.code), code);
        else assert.equal(error.code, code);
        return true;
      });
      const found = await requests(key);
      assert.deepEqual(
        found.map((request) => [request.status, request.fault]),
        Array(waits.length + 1).fill([status, fault]),
      );
      assertWaited(found, waits);
    },
  );

  together('bytes that are no text', across([['bad_utf8=3']], WAYS), async (key, fault, way) => {
    await assert.rejects(ask(faulty(key, fault), 'chat', way), SyntaxError);
  });

  // A fault; of a whole reply how often is asked for it and what is raised; of a stream the same, and how many events
  // are read before. What breaks after the head is not asked for again, and is what `fetch` raises. Streams that end as
  // if that were all are not noticed.
  const BROKEN = [
    ['close', [3, APIConnectionError], [3, APIConnectionError, 0]],
    ['short', [1, TypeError], [1]],
    ['cut=3', [1, TypeError], [1, TypeError, 3]],
    ['reset=3', [1, TypeError], [1, TypeError, 3]],
    ['truncate=3', [1, SyntaxError], [1, undefined, 3]],
    ['error=3', [3, InternalServerError], [1, APIError, 3]],
    ['error=3; as=rate_limit', [3, RateLimitError], [1, APIError, 3]],
    ['bad_json=3', [1, SyntaxError], [1, SyntaxError, 3]],
  ];

  together(
    'a reply that breaks',
    across(BROKEN, APIS, WAYS),
    async (key, fault, whole, streamed, api, way) => {
      const [often, raised, events] = way === 'whole' ? whole : streamed;
      const read = [];
      const said = ask(faulty(key, fault), api, way, read);
      if (raised) {
        await assert.rejects(said, (error) => {
          assert.equal(error.constructor, raised);
          return true;
        });
      } else {
        const all = await ask(faulty('sk-test'), api, 'whole');
        const text = await said;
        assert.ok(all.startsWith(text) && (text === all) === (fault === 'short'), text);
      }
      if (events !== undefined && way === 'streamed') assert.equal(read.length, events);
      assert.equal((await requests(key)).length, often);
    },
  );

  together(
    'a time-out',
    across([['delay=1m'], ['stall']], APIS, WAYS).concat(across([['stall=1']], APIS, ['whole'])),
    async (key, fault, api, way) => {
      await assert.rejects(
        ask(faulty(key, fault, { timeout: 300, maxRetries: 1 }), api, way),
        APIConnectionTimeoutError,
      );
      assert.equal((await requests(key)).length, 2);
    },
  );

  together(
    'a stream that stalls is ended by its reader alone',
    across([['stall=3']], APIS),
    async (key, fault, api) => {
      const controller = new AbortController();
      const read = [];
      // Its time-out is for the head.
      const said = ask(faulty(key, fault, { timeout: 5000 }), api, 'streamed', read, {
        signal: controller.signal,
      });
      while (read.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort();
      // It is no error: what has come seems to be all.
      await said;
      assert.equal(read.length, 3);
      const [request] = await requests(key);
      assert.deepEqual([request.status, request.fault], [200, fault]);
    },
  );

  together('a response that fails', across([['failed=3']], WAYS), async (key, fault, way) => {
    const read = [];
    assert.equal(await ask(faulty(key, fault), 'responses', way, read), '');
    if (way === 'whole') {
      const { status, error } = await faulty(key, fault).responses.create(ASKED);
      assert.deepEqual([status, error.code], ['failed', 'server_error']);
    } else {
      const { type, response } = read.at(-1);
      assert.deepEqual([type, response.error.code], ['response.failed', 'server_error']);
    }
  });

  together(
    'what is got over',
    across(GOT_OVER, APIS),
    async (key, fault, api) => {
      const text = await ask(faulty('sk-test'), api, 'whole');
      assert.equal(await ask(faulty(key, fault), api, 'streamed'), text);
      assert.deepEqual(
        (await requests(key)).map((request) => request.fault),
        [fault],
      );
    },
  );

  const pieces = async (openai) => {
    const stream = await openai.chat.completions.create({ ...QUESTION, stream: true });
    const chunks = await Array.fromAsync(stream);
    return chunks.map(({ choices }) => choices[0]?.delta.content).filter(Boolean);
  };

  together(
    'an event twice, not at all, or late',
    [
      ['duplicate=3', (all) => [...all.slice(0, 3), ...all.slice(2)]],
      ['omit=3', (all) => [...all.slice(0, 2), ...all.slice(3)]],
      ['swap=3', (all) => [...all.slice(0, 2), all[3], all[2], ...all.slice(4)]],
    ],
    async (key, fault, changed) => {
      assert.deepEqual(await pieces(faulty(key, fault)), changed(await pieces(faulty('sk-test'))));
    },
  );

  const PROMPT = 'Plan a trip to Voss.';
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const TOOLS = ['get_time', 'get_weather'].map((name) => ({ name, parameters, strict: false }));

  /** What is called, by the helpers that put streams together. */
  const CALLED = {
    chat: async (openai) => {
      const tools = TOOLS.map((tool) => ({ type: 'function', function: tool }));
      const messages = [{ role: 'user', content: PROMPT }];
      const stream = openai.chat.completions.stream({ model: 'gpt-4o', messages, tools });
      const { tool_calls: calls } = await stream.finalMessage();
      return calls.map((call) => [call.function.name, call.function.arguments]);
    },
    responses: async (openai) => {
      const tools = TOOLS.map((tool) => ({ type: 'function', ...tool }));
      const stream = openai.responses.stream({ model: 'gpt-4o', input: PROMPT, tools });
      const { output } = await stream.finalResponse();
      return output.filter(({ type }) => type === 'function_call').map((call) => [call.name, call.arguments]);
    },
  };

  together(
    'calls are put together',
    across([['late_name'], ['args_whole'], ['args_chars'], ['args_escape'], ['interleave']], APIS),
    async (key, fault, api) => {
      const calls = await CALLED[api](faulty(key, fault));
      assert.deepEqual(
        calls.map(([name, json]) => [name, JSON.parse(json)]),
        TOOLS.map(({ name }) => [name, { city: 'Voss' }]),
      );
    },
  );

  together('a tool that was not offered', across([['unknown_tool']], APIS), async (key, fault, api) => {
    const calls = await CALLED[api](faulty(key, fault));
    assert.deepEqual(
      calls.map(([name]) => name),
      ['no_such_tool', 'no_such_tool'],
    );
  });

  together(
    'arguments are told as they come',
    [
      ['args_broken', 'chat', ['{"city": "Voss"', '{"city":"Voss"']],
      ['args_broken', 'responses', ['{"city": "Voss"', '{"city":"Voss"']],
      ['args_none', 'chat', ['', '']],
      ['args_none', 'responses', ['', '']],
      ['args_null', 'chat', ['', '']],
      ['args_null', 'responses', [null, null]],
    ],
    async (key, fault, api, expected) => {
      const calls = await CALLED[api](faulty(key, fault));
      assert.deepEqual(
        calls.map(([, told]) => told),
        expected,
      );
    },
  );

  together(
    'the helpers for streams want every event, in order and known',
    [
      ['index_gap', 'chat', /undefined/],
      ['omit=0', 'chat', /missing role/],
      ['no_finish', 'chat', /missing finish_reason/],
      ['unknown', 'chat', /not iterable/],
      ['same_ids', 'responses', /duplicate output item/],
      ['omit=0', 'responses', /response.created/],
      ['duplicate=3', 'responses', /missing content/],
      ['swap=3', 'responses', /missing content/],
      ['unknown', 'responses', /Unhandled response stream event/],
    ],
    async (key, fault, api, message) => {
      await assert.rejects(CALLED[api](faulty(key, fault)), { constructor: OpenAIError, message });
    },
  );

  const post = (what, key, body) =>
    fetch(`${URL}/__parlel/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** Where a fault can be asked for. All of them mean the same. */
  const PLACES = {
    header: (key) => [faulty(key, '500; times=2')],
    key: (key) => [faulty(`${key}-fault-500-twice`)],
    model: (key) => [faulty(key), 'gpt-4o:fault-500-twice'],
    'at run time': async (key) => (await post('faults', key, { fault: '500', times: 2 })) && [faulty(key)],
    rule: async (key) => (await post('rules', key, { match: {}, faults: '500; times=2' })) && [faulty(key)],
  };

  together('an answer at the third try', across([[]], Object.keys(PLACES)), async (key, place) => {
    const [openai, model = 'gpt-4o'] = await PLACES[place](key);
    const { choices } = await openai.chat.completions.create({ ...QUESTION, model });
    assert.equal(choices[0].message.content, await ask(faulty('sk-test'), 'chat', 'whole'));
    const { requests } = await captured(openai.apiKey);
    assert.deepEqual(
      requests.map((request) => [request.status, request.headers['x-stainless-retry-count']]),
      [
        [500, '0'],
        [500, '1'],
        [200, '2'],
      ],
    );
  });

  test('vectors at the second try', async () => {
    const openai = faulty('sk-node-vectors-fault-429-once');
    const { data } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'a cat' });
    assert.equal(data[0].embedding.length, 1536);
    assert.equal((await requests('sk-node-vectors-fault-429-once')).length, 2);
  });
});
