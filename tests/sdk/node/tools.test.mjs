import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequestError } from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import { z } from 'zod';
import { chat, openai } from './fake.mjs';

const Depth = z.object({ fjord: z.string(), unit: z.enum(['m', 'ft']), at: z.array(z.number()).nullable() });
const Tides = z.object({ port: z.string(), days: z.number().int().min(1).max(7) });

/** The two tools; what they are called with goes to `seen`. */
const tools = (seen = []) => {
  const answers = (name, parameters, result) =>
    zodFunction({ name, parameters, function: (args) => seen.push([name, args]) && result });
  return [answers('depth', Depth, '1308 m'), answers('tides', Tides, ['06:12'])];
};

const asked = (content, params) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  tools: tools(),
  ...params,
});

const calls = (reply) => reply.choices[0].message.tool_calls ?? [];
const names = (reply) => calls(reply).map((call) => call.function.name);

for (const [content, params, called, reason] of [
  ['How deep is it?', {}, [], 'stop'],
  ['Use depth', {}, ['depth'], 'tool_calls'],
  ['Use tides, then depth', {}, ['tides', 'depth'], 'tool_calls'],
  ['Use tides, then depth', { parallel_tool_calls: false }, ['tides'], 'tool_calls'],
  ['Use depth', { tool_choice: 'none' }, [], 'stop'],
  ['How deep is it?', { tool_choice: 'required' }, ['depth'], 'tool_calls'],
  ['Go', { tool_choice: { type: 'function', function: { name: 'tides' } } }, ['tides'], 'stop'],
]) {
  test(`"${content}" with ${JSON.stringify(params)} calls [${called}]`, async () => {
    const reply = await openai.chat.completions.parse(asked(content, params));
    assert.deepEqual([names(reply), reply.choices[0].finish_reason], [called, reason]);
    assert.equal(new Set(calls(reply).map((call) => call.id)).size, called.length);
    for (const { id, function: fn } of calls(reply)) {
      assert.match(id, /^call_\w+$/);
      const shape = fn.name === 'depth' ? Depth : Tides;
      assert.deepEqual(fn.parsed_arguments, shape.parse(JSON.parse(fn.arguments)));
    }
  });
}

test('the stream runner parses calls', async () => {
  const runner = openai.chat.completions.stream(asked('Use tides, then depth'));
  const done = [];
  runner.on('tool_calls.function.arguments.done', (call) => done.push(call));
  const [final, whole] = [
    await runner.finalChatCompletion(),
    await openai.chat.completions.parse(asked('Use tides, then depth')),
  ];
  assert.deepEqual(calls(final), calls(whole));
  assert.deepEqual(
    done.map(({ index, name, parsed_arguments }) => [index, name, parsed_arguments]),
    calls(whole).map(({ function: fn }, index) => [index, fn.name, fn.parsed_arguments]),
  );
});

for (const [how, answer] of Object.entries({
  create: (params) => openai.chat.completions.create(params),
  parse: (params) => openai.chat.completions.parse(params),
  stream: (params) => openai.chat.completions.stream(params).finalChatCompletion(),
})) {
  test(`a loop ends, and what ${how} answers can be sent back`, async () => {
    const params = asked('Use tides, then depth');
    const turn = async () => {
      const { message } = (await answer(params)).choices[0];
      params.messages.push(message);
      return message;
    };
    for (const call of (await turn()).tool_calls) {
      params.messages.push({ role: 'tool', tool_call_id: call.id, content: '1308' });
    }
    assert.match((await turn()).content, /\w.*\.$/);
    params.messages.push({ role: 'user', content: 'Go on.' });
    assert.match((await turn()).content, /\w.*\.$/);
  });
}

for (const stream of [false, true]) {
  test(`runTools calls the tools and ends${stream ? ', streamed' : ''}`, async () => {
    const seen = [];
    const runner = openai.chat.completions.runTools(
      asked('Use tides, then depth', { tools: tools(seen), stream }),
    );
    const results = [];
    runner.on('functionToolCallResult', (result) => results.push(result));
    assert.match(await runner.finalContent(), /\w.*\.$/);
    assert.deepEqual(
      seen.map(([name]) => name),
      ['tides', 'depth'],
    );
    assert.ok(Tides.safeParse(seen[0][1]).success && Depth.safeParse(seen[1][1]).success);
    assert.deepEqual(results, ['["06:12"]', '1308 m']);
    assert.deepEqual(
      runner.messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'tool', 'assistant'],
    );
    assert.equal(runner.allChatCompletions().length, 2);
    assert.ok((await runner.totalUsage()).total_tokens > 0 || stream);
  });
}

test('runTools ends after a tool that is required', async () => {
  const seen = [];
  const choice = { type: 'function', function: { name: 'depth' } };
  const runner = openai.chat.completions.runTools(asked('Go', { tools: tools(seen), tool_choice: choice }));
  await runner.done();
  assert.deepEqual(
    seen.map(([name]) => name),
    ['depth'],
  );
});

test('wrong tools are a bad request', async () => {
  const refused = (params, param) =>
    assert.rejects(chat(params), (error) => {
      assert.deepEqual([error.constructor, error.param], [BadRequestError, param]);
      return true;
    });
  await refused({ tool_choice: 'auto' }, 'tool_choice');
  await refused({ tools: [{ type: 'function' }] }, 'tools[0].function');
  await refused(
    { tools: tools(), tool_choice: { type: 'function', function: { name: 'winds' } } },
    'function_call',
  );
});
