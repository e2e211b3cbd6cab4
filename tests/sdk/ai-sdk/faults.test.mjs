// What the SDK does when something goes wrong, by both APIs.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, RetryError, embed, generateText, streamText, tool } from 'ai';
import { z } from 'zod';
import { GOT_OVER, across, assertWaited, requests, together } from './struck.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const APIS = ['chat', 'responses'];
const WAYS = ['whole', 'streamed'];

/** What is asked. One retry, for the SDK waits 2 seconds before the first and 4 before the second. */
const asking = (key, fault, api, params) => {
  const headers = fault ? { 'x-parlel-fault': fault } : {};
  const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, apiKey: key, headers });
  const model = api === 'chat' ? openai.chat('gpt-4o') : openai('gpt-4o');
  return { model, prompt: 'What is a fjord?', maxRetries: 1, ...params };
};

/** A stream read to its end: its text, how it has finished, and the errors that were told on the way. */
const read = async (params) => {
  const errors = [];
  const stream = streamText({ ...params, onError: ({ error }) => errors.push(error) });
  let text = '';
  let last;
  try {
    for await (const part of stream.fullStream) {
      last = part.type;
      if (part.type === 'text-delta') text += part.text;
    }
  } catch (error) {
    errors.push(error);
  }
  const finish = await stream.finishReason.then(undefined, (error) => error.name);
  return { text, last, finish, errors: errors.map(named), error: errors[0] };
};

const named = (error) => error.name.replace('AI_', '');

/** The error behind those that tell how often it was tried. */
const behind = (error) => (RetryError.isInstance(error) ? error.lastError : error);

const failing = async (key, fault, api, way) => {
  const params = asking(key, fault, api);
  if (way === 'streamed') return (await read(params)).error;
  return generateText(params).then(assert.fail, (error) => error);
};

describe('faults', { concurrency: true }, () => {
  /** How long it waits by itself before it asks again. */
  const BACK_OFF = 2000;

  // A fault; the status and the code of the error; how long the SDK waits before it asks again, if it does.
  const ERRORS = [
    ['400', 400, null],
    ['context_length', 400, 'context_length_exceeded'],
    ['401', 401, 'invalid_api_key'],
    ['403', 403, 'model_not_found'],
    ['not_found', 404, 'unknown_url'],
    ['408', 408, 'timeout', BACK_OFF],
    ['409', 409, 'conflict', BACK_OFF],
    ['422', 422, 'unprocessable_entity'],
    ['429', 429, 'rate_limit_exceeded', 6],
    ['rate_limit_tokens', 429, 'rate_limit_exceeded', 300],
    // There is no money left, and still it tries.
    ['insufficient_quota', 429, 'insufficient_quota', BACK_OFF],
    // A page of HTML has no code.
    ['502', 502, undefined, BACK_OFF],
    ['slow_down', 503, 'slow_down', 1000],
    ['529', 529, null, 1000],
  ];

  together(
    'an error in place of an answer',
    across(
      ERRORS.map(([fault, ...expected]) => [fault, expected]),
      APIS,
      WAYS,
    ),
    async (key, fault, [status, code, wait], api, way) => {
      const error = await failing(key, fault, api, way);
      assert.equal(named(error), wait ? 'RetryError' : 'APICallError');
      const last = behind(error);
      assert.ok(APICallError.isInstance(last));
      assert.deepEqual([last.statusCode, last.data?.error.code], [status, code]);
      assert.equal(last.isRetryable, wait !== undefined);
      const found = await requests(key);
      assert.deepEqual(
        found.map((request) => [request.status, request.fault]),
        Array(wait ? 2 : 1).fill([status, fault]),
      );
      assertWaited(found, wait ? [wait] : []);
    },
  );

  // A fault, how often is asked for a whole reply, and the error behind that it comes to.
  const WHOLE = [
    ['close', 2, 'APICallError', undefined],
    ['short', 2, 'APICallError', 200],
    ['cut=5', 2, 'APICallError', 200],
    ['reset=5', 2, 'APICallError', 200],
    ['truncate=5', 1, 'APICallError', 200, 'JSONParseError'],
    ['bad_json=5', 1, 'APICallError', 200, 'JSONParseError'],
    ['bad_utf8=5', 1, 'APICallError', 200, 'JSONParseError'],
    ['error=5', 2, 'APICallError', 500],
  ];

  together(
    'a reply that breaks',
    across(
      WHOLE.map(([fault, ...expected]) => [fault, expected]),
      APIS,
    ),
    async (key, fault, [often, name, status, cause], api) => {
      const error = await failing(key, fault, api, 'whole');
      assert.equal(RetryError.isInstance(error), often > 1);
      const { statusCode, cause: found } = behind(error);
      assert.deepEqual([named(behind(error)), statusCode], [name, status]);
      if (cause) assert.equal(named(found), cause);
      assert.equal((await requests(key)).length, often);
    },
  );

  // A fault, how often is asked for a stream, the errors that are told, and how it finishes.
  const STREAMED = [
    ['close', 2, ['RetryError'], 'AI_NoOutputGeneratedError'],
    // An error as the first event is one that may be asked again for.
    ['error', 2, ['RetryError'], 'AI_NoOutputGeneratedError'],
    ['cut=5', 1, ['APICallError'], 'AI_APICallError'],
    ['reset=5', 1, ['APICallError'], 'AI_APICallError'],
    ['truncate=5', 1, [], 'interrupted'],
    ['error=5', 1, ['StreamProviderError'], 'error'],
    ['error=5; as=overloaded', 1, ['StreamProviderError'], 'error'],
  ];

  together(
    'a stream that breaks',
    across(
      STREAMED.map(([fault, ...expected]) => [fault, expected]),
      APIS,
    ),
    async (key, fault, [often, errors, finish], api) => {
      const found = await read(asking(key, fault, api));
      assert.deepEqual([found.errors, found.finish], [errors, finish]);
      const { text } = await generateText(asking('sk-test', null, api));
      // What was said before it broke is told.
      assert.ok(text.startsWith(found.text) && text !== found.text && (found.text !== '') === (often === 1));
      assert.equal((await requests(key)).length, often);
    },
  );

  together(
    'an event that is no JSON is left out',
    across([['bad_json=5']], APIS),
    async (key, fault, api) => {
      const found = await read(asking(key, fault, api));
      const { text } = await generateText(asking('sk-test', null, api));
      assert.deepEqual(found.errors, ['JSONParseError']);
      assert.equal(found.finish, api === 'chat' ? 'stop' : 'error');
      assert.ok(found.text.length < text.length && text.endsWith(found.text.slice(-10)));
    },
  );

  together('a response that fails', across([['failed=5']], WAYS), async (key, fault, way) => {
    const error = await failing(key, fault, 'responses', way);
    // The SDK expects a type in the error of a whole response, which those of the API do not have.
    assert.equal(named(error), way === 'whole' ? 'APICallError' : 'StreamProviderError');
    assert.equal((await requests(key)).length, 1);
  });

  together(
    'a time-out, which is not tried again',
    across([['delay=1m'], ['stall']], APIS, WAYS).concat(across([['stall=5']], APIS, ['whole'])),
    async (key, fault, api, way) => {
      const params = asking(key, fault, api, { timeout: 1000 });
      if (way === 'whole') {
        await assert.rejects(generateText(params), { name: 'TimeoutError' });
      } else {
        const { last, text, finish } = await read(params);
        assert.deepEqual([last, finish, text], ['abort', 'TimeoutError', '']);
      }
      assert.equal((await requests(key)).length, 1);
    },
  );

  together('a stream that stalls', across([['stall=5']], APIS), async (key, fault, api) => {
    // Counted from the first piece on.
    const { last, text, finish } = await read(asking(key, fault, api, { timeout: { chunkMs: 300 } }));
    assert.deepEqual([last, finish, text !== ''], ['abort', 'TimeoutError', true]);
    assert.equal((await requests(key)).length, 1);
  });

  together(
    'what is got over',
    across(GOT_OVER, APIS),
    async (key, fault, api) => {
      const { text, finish, errors } = await read(asking(key, fault, api));
      assert.equal(text, (await generateText(asking('sk-test', null, api))).text);
      assert.deepEqual([finish, errors], ['stop', []]);
      assert.equal((await requests(key))[0].fault, fault);
    },
  );

  together('a stream that is not finished', across([['no_finish']], APIS), async (key, fault, api) => {
    const { text, finish, errors } = await read(asking(key, fault, api));
    assert.equal(text, (await generateText(asking('sk-test', null, api))).text);
    assert.deepEqual([finish, errors], ['interrupted', []]);
  });

  together('an event that it does not know', across([['unknown']], APIS), async (key, fault, api) => {
    const { finish, errors } = await read(asking(key, fault, api));
    assert.deepEqual([finish, errors], ['stop', api === 'chat' ? ['TypeValidationError'] : []]);
  });

  const NAMES = ['get_time', 'get_weather'];
  const city = z.object({ city: z.string() });
  const tools = Object.fromEntries(NAMES.map((name) => [name, tool({ inputSchema: city })]));

  const calling = async (key, fault, api, way) => {
    const params = asking(key, fault, api, { prompt: 'Plan a trip to Voss.', tools, maxRetries: 0 });
    const errors = [];
    const result =
      way === 'whole'
        ? await generateText(params)
        : streamText({ ...params, onError: ({ error }) => errors.push(named(error)) });
    return { calls: await result.toolCalls, errors };
  };

  together(
    'calls are put together',
    across([['args_whole'], ['args_chars'], ['args_escape'], ['index_gap'], ['interleave']], APIS, WAYS),
    async (key, fault, api, way) => {
      const { calls, errors } = await calling(key, fault, api, way);
      const named = calls.map(({ toolName, input }) => [toolName, input]);
      // Where the pieces of two calls come in turn, the one that ends first is first.
      if (fault === 'interleave') named.sort();
      assert.deepEqual(
        named,
        NAMES.map((name) => [name, { city: 'Voss' }]),
      );
      assert.deepEqual(errors, []);
    },
  );

  together(
    'arguments and names that are wrong are told with the call',
    across([['args_broken'], ['args_none'], ['unknown_tool']], APIS, WAYS),
    async (key, fault, api, way) => {
      const { calls } = await calling(key, fault, api, way);
      const expected = fault === 'unknown_tool' ? 'NoSuchToolError' : 'InvalidToolInputError';
      assert.deepEqual(
        calls.map(({ invalid, error }) => [invalid, named(error)]),
        [1, 2].map(() => [true, expected]),
      );
    },
  );

  together(
    'an event twice, not at all, or late',
    across([['duplicate=3'], ['omit=3'], ['swap=3']], APIS),
    async (key, fault, api) => {
      const { text } = await read(asking(key, fault, api));
      const { text: all } = await generateText(asking('sk-test', null, api));
      // The third event of a response tells no text.
      assert.equal(text === all, api === 'responses', text);
    },
  );

  together('one id for all calls', [['same_ids']], async (key, fault) => {
    const ids = async (api) => {
      const { calls } = await calling(key, fault, api, 'streamed');
      return new Set(calls.map(({ toolCallId }) => toolCallId)).size;
    };
    // A chat's second call is given another.
    assert.deepEqual([await ids('chat'), await ids('responses')], [2, 1]);
  });

  together('no arguments at all', across([['args_null']], APIS), async (key, fault, api) => {
    await assert.rejects(calling(key, fault, api, 'whole'), { name: 'AI_APICallError' });
  });

  together('a name that comes late', [['late_name']], async (key, fault) => {
    await assert.rejects(calling(key, fault, 'chat', 'streamed'), { name: 'AI_InvalidResponseDataError' });
    const { calls, errors } = await calling(key, fault, 'responses', 'streamed');
    assert.deepEqual(
      calls.map(({ toolName }) => toolName),
      NAMES,
    );
    assert.deepEqual(errors, ['TypeValidationError', 'TypeValidationError']);
  });

  together(
    'an answer at the second try',
    across([['500; times=1']], APIS, WAYS),
    async (key, fault, api, way) => {
      const params = asking(key, fault, api);
      const { text } = await (way === 'whole' ? generateText(params) : read(params));
      assert.equal(text, (await generateText(asking('sk-test', null, api))).text);
      assert.deepEqual(
        (await requests(key)).map(({ status }) => status),
        [500, 200],
      );
    },
  );

  together('vectors at the second try', [['429; times=1']], async (key, fault) => {
    const headers = { 'x-parlel-fault': fault };
    const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, apiKey: key, headers });
    const { embedding } = await embed({ model: openai.embedding('text-embedding-3-small'), value: 'a cat' });
    assert.deepEqual([embedding.length, (await requests(key)).length], [1536, 2]);
  });
});
