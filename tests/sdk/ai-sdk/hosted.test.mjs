import assert from 'node:assert/strict';
import { test } from 'node:test';

import { generateText, isStepCount, streamText } from 'ai';
import { called, openai, tools } from './fake.mjs';

const hosted = openai.tools;

const asked = (params) => ({
  model: openai('gpt-5'),
  maxRetries: 0,
  prompt: 'What is a fjord?',
  ...params,
});

/** What each call came to in the end; in a stream a picture comes half done before. */
const results = (all) =>
  new Map(all.map(({ toolCallId, toolName, output }) => [toolCallId, [toolName, output]]));

/** Asserts that a stream has the calls, results and sources of the whole; both. */
const answered = async (params) => {
  const whole = await generateText(asked(params));
  assert.deepEqual(whole.warnings, []);
  const stream = streamText(asked(params));
  const all = await Array.fromAsync(stream.stream);
  assert.deepEqual(
    all.filter((part) => part.type === 'error'),
    [],
  );
  // The SDK counts sources itself.
  const bare = (sources) => sources.map(({ id, ...source }) => source);
  assert.deepEqual(bare(await stream.sources), bare(whole.sources));
  assert.deepEqual(results(await stream.toolResults), results(whole.toolResults));
  assert.equal(await stream.text, whole.text);
  assert.match(whole.text, /\w.*\.$/);
  return { whole, all };
};

test('webSearch: pages are sources', async () => {
  const { whole } = await answered({ tools: { web_search: hosted.webSearch({ searchContextSize: 'low' }) } });
  const [{ toolName, output, providerExecuted }] = whole.toolResults;
  assert.deepEqual([toolName, output.action.type, providerExecuted], ['web_search', 'search', true]);
  assert.ok(whole.sources.length > 0);
  for (const { sourceType, url } of whole.sources) {
    assert.deepEqual([sourceType, new URL(url).protocol], ['url', 'https:']);
  }
});

test('fileSearch: files are sources', async () => {
  const { whole } = await answered({
    tools: { file_search: hosted.fileSearch({ vectorStoreIds: ['vs_1'], maxNumResults: 3 }) },
    providerOptions: { openai: { include: ['file_search_call.results'] } },
  });
  const [{ toolName, output }] = whole.toolResults;
  assert.deepEqual([toolName, output.queries], ['file_search', ['What is a fjord?']]);
  const [{ sourceType, filename }] = whole.sources;
  assert.deepEqual([sourceType, filename], ['document', output.results[0].filename]);
});

test('codeInterpreter: code, and what it prints', async () => {
  const { whole, all } = await answered({ tools: { code_interpreter: hosted.codeInterpreter() } });
  const [{ toolName, input }] = whole.toolCalls;
  assert.equal(toolName, 'code_interpreter');
  assert.match(input.code, /print\(/);
  assert.match(input.containerId, /^cntr_/);
  assert.match(whole.toolResults[0].output.outputs[0].logs, /^\d+\n$/);
  const typed = all.filter((part) => part.type === 'tool-input-delta').map((part) => part.delta);
  assert.deepEqual(JSON.parse(typed.join('')), input);
});

test('imageGeneration: a picture', async () => {
  const isPng = (base64) => Buffer.from(base64, 'base64').subarray(1, 4).toString() === 'PNG';
  const image_generation = hosted.imageGeneration({
    size: '1024x1024',
    quality: 'low',
    outputFormat: 'png',
    partialImages: 1,
  });
  const { whole, all } = await answered({ tools: { image_generation } });
  const [{ toolName, output }] = whole.toolResults;
  assert.deepEqual([toolName, isPng(output.result)], ['image_generation', true]);
  const drawn = all.filter((part) => part.type === 'tool-result').map((part) => part.output.result);
  assert.deepEqual([drawn.length, isPng(drawn[0]), drawn[1] === output.result], [2, true, true]);
  assert.notEqual(drawn[0], drawn[1]);
});

const mcp = (requireApproval) => ({
  mcp: hosted.mcp({ serverLabel: 'tides', serverUrl: 'https://tides.example.com/sse', requireApproval }),
});

test('mcp: a tool of a server', async () => {
  const { whole } = await answered({ tools: mcp('never') });
  const [{ toolName, output }] = whole.toolResults;
  assert.deepEqual([toolName, output.type, output.serverLabel], ['mcp.search', 'call', 'tides']);
  assert.ok(output.output.length > 0);
});

test('mcp: a call waits for approval', async () => {
  const prompt = [{ role: 'user', content: 'What is a fjord?' }];
  const first = await generateText(asked({ tools: mcp('always'), prompt }));
  const { approvalId, toolCall } = first.content.find((part) => part.type === 'tool-approval-request');
  assert.equal(toolCall.toolName, 'mcp.search');
  const answered = (approved) => {
    const answer = { type: 'tool-approval-response', approvalId, approved, providerExecuted: true };
    const going = [...prompt, ...first.responseMessages, { role: 'tool', content: [answer] }];
    return generateText(asked({ tools: mcp('always'), prompt: going }));
  };
  const allowed = await answered(true);
  assert.equal(allowed.toolResults[0].output.serverLabel, 'tides');
  assert.match(allowed.text, /\w.*\.$/);
  const denied = await answered(false);
  assert.deepEqual(denied.toolResults, []);
  assert.match(denied.text, /\w.*\.$/);
});

test('hosted tools beside those of the client, and what they did is sent back', async () => {
  const both = { web_search: hosted.webSearch(), ...tools };
  for (const store of [true, false]) {
    const params = { tools: both, stopWhen: isStepCount(5), providerOptions: { openai: { store } } };
    const used = async (prompt) => called((await generateText(asked({ ...params, prompt }))).steps);
    assert.deepEqual(await used('Use get_depth'), [['get_depth'], []]);
    assert.deepEqual(await used('Use web_search and get_depth'), [['web_search', 'get_depth'], []]);
    assert.deepEqual(await used('Hello!'), [['web_search']]);
  }
});
