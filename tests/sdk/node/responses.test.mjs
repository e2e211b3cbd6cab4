import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequestError, InternalServerError } from 'openai';
import { ASKED, events, kinds, openai, respond } from './fake.mjs';

const SENTENCES = /^[A-Z].*\.$/s;

test('a text', async () => {
  const response = await respond();
  assert.match(response.id, /^resp_[0-9a-f]{50}$/);
  assert.match(response._request_id, /^req_[0-9a-f]{32}$/);
  const { object, status, model, error, incomplete_details, store, tools, tool_choice } = response;
  assert.deepEqual(
    [object, status, model, error, incomplete_details, store, tools, tool_choice],
    ['response', 'completed', 'gpt-4o-2024-08-06', null, null, true, [], 'auto'],
  );
  const [{ id, ...message }] = response.output;
  assert.match(id, /^msg_[0-9a-f]{50}$/);
  const part = { type: 'output_text', annotations: [], logprobs: [], text: response.output_text };
  assert.deepEqual(message, { type: 'message', status: 'completed', content: [part], role: 'assistant' });
  assert.match(response.output_text, SENTENCES);
  const { usage } = response;
  assert.ok(usage.input_tokens > 5 && usage.output_tokens > 5);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
  assert.deepEqual(usage.output_tokens_details, { reasoning_tokens: 0 });
});

test('the same request twice is the same response', async () => {
  const params = { instructions: 'Be brief.', metadata: { of: 'twice' } };
  assert.deepEqual(await respond(params), await respond(params));
  const other = await respond({ ...params, input: 'What is a skerry?' });
  const one = await respond(params);
  assert.ok(other.id !== one.id && other.output_text !== one.output_text);
});

for (const [name, input] of Object.entries({
  'a bare message': [{ role: 'user', content: 'Hello!' }],
  'a message with its type': [{ type: 'message', role: 'user', content: 'Hello!' }],
  parts: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello!' }] }],
  'several roles': [
    { role: 'system', content: 'Be brief.' },
    { role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
    { role: 'user', content: 'Hello!' },
    { role: 'assistant', content: 'Hello.' },
    { role: 'user', content: 'And?' },
  ],
  'an answer of the model': [
    { role: 'user', content: 'Hello!' },
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello.', annotations: [] }],
    },
    { role: 'user', content: 'And?' },
  ],
  'an image and a file': [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is in these?' },
        { type: 'input_image', image_url: 'https://example.com/fjord.png', detail: 'low' },
        {
          type: 'input_file',
          filename: 'fjord.pdf',
          file_data: 'data:application/pdf;base64,JVBERi0xLjQK',
        },
      ],
    },
  ],
})) {
  test(`an input: ${name}`, async () => {
    const response = await respond({ input });
    assert.deepEqual([response.status, kinds(response)], ['completed', ['message']]);
    assert.match(response.output_text, SENTENCES);
  });
}

test('instructions count, and are told', async () => {
  const [without, instructed] = [await respond(), await respond({ instructions: 'Speak as a pilot.' })];
  assert.deepEqual([without.instructions, instructed.instructions], [null, 'Speak as a pilot.']);
  assert.ok(instructed.usage.input_tokens > without.usage.input_tokens);
  assert.notEqual(instructed.output_text, without.output_text);
});

test('what was chosen is told again', async () => {
  const chosen = {
    background: false,
    max_output_tokens: 400,
    max_tool_calls: 3,
    metadata: { trip: 'north' },
    parallel_tool_calls: false,
    prompt_cache_key: 'fjords',
    safety_identifier: 'user-7',
    service_tier: 'flex',
    store: false,
    temperature: 0.5,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    top_p: 0.9,
    truncation: 'auto',
    user: 'user-7',
  };
  const response = await respond(chosen);
  const told = Object.fromEntries(Object.keys(chosen).map((name) => [name, response[name]]));
  assert.deepEqual(told, chosen);
});

test('a text that is cut is incomplete', async () => {
  const response = await respond({ max_output_tokens: 16 });
  assert.deepEqual(
    [response.status, response.incomplete_details, response.output[0].status, response.usage.output_tokens],
    ['incomplete', { reason: 'max_output_tokens' }, 'incomplete', 16],
  );
  const whole = await respond();
  assert.ok(response.output_text.length > 0 && whole.output_text.startsWith(response.output_text));
});

test('a filtered text is incomplete', async () => {
  const response = await respond({ input: 'Hello [content_filter]' });
  assert.deepEqual(
    [response.status, response.incomplete_details],
    ['incomplete', { reason: 'content_filter' }],
  );
});

test('a refusal', async () => {
  const response = await respond({ input: 'Hello [refusal]' });
  const [part] = response.output[0].content;
  assert.deepEqual([response.status, part.type, response.output_text], ['completed', 'refusal', '']);
  assert.match(part.refusal, SENTENCES);
});

test('a response that fails', async () => {
  const response = await respond({ input: 'Hello [failed]' });
  assert.deepEqual(
    [response.status, response.error.code, response.output, response.output_text, response.usage],
    ['failed', 'server_error', [], '', null],
  );
  const sent = await events({ input: 'Hello [failed]' });
  assert.deepEqual(
    sent.map((event) => event.type),
    ['response.created', 'response.in_progress', 'response.failed'],
  );
  assert.deepEqual(sent.at(-1).response.error, response.error);
});

test('an error in place of a response, or in the midst of its events', async () => {
  await assert.rejects(respond({ input: 'Hello [error]' }), InternalServerError);
  const seen = [];
  const read = async () => {
    for await (const event of await respond({ input: 'Hello [error]', stream: true })) {
      seen.push(event.type);
    }
  };
  await assert.rejects(read(), { code: 'server_error', type: 'server_error' });
  assert.deepEqual(seen, ['response.created', 'response.in_progress']);
  assert.match((await respond()).output_text, SENTENCES);
});

test('log probabilities', async () => {
  const { output, output_text } = await respond({
    include: ['message.output_text.logprobs'],
    top_logprobs: 2,
  });
  const { logprobs } = output[0].content[0];
  assert.equal(logprobs.map(({ token }) => token).join(''), output_text);
  assert.equal(Buffer.from(logprobs.flatMap(({ bytes }) => bytes)).toString(), output_text);
  assert.ok(logprobs.every(({ logprob, top_logprobs }) => logprob <= 0 && top_logprobs.length === 2));
});

test('a model that thinks', async () => {
  const params = { model: 'gpt-5', reasoning: { effort: 'high', summary: 'auto' } };
  const response = await respond(params);
  assert.deepEqual(kinds(response), ['reasoning', 'message']);
  const [{ id, summary, encrypted_content }] = response.output;
  assert.match(id, /^rs_[0-9a-f]{50}$/);
  assert.ok(summary.length > 0);
  for (const { type, text } of summary) {
    assert.deepEqual([type, text.startsWith('**')], ['summary_text', true]);
  }
  assert.match(encrypted_content, /^gAAAA/);
  assert.deepEqual([response.reasoning.effort, response.reasoning.summary], ['high', 'detailed']);
  const { output_tokens, output_tokens_details } = response.usage;
  assert.ok(output_tokens_details.reasoning_tokens > 0);
  assert.ok(output_tokens > output_tokens_details.reasoning_tokens);
  const quiet = await respond({ ...params, reasoning: { effort: 'minimal' } });
  assert.equal(quiet.usage.output_tokens_details.reasoning_tokens, 0);
});

test('thoughts are handed back encrypted where nothing is stored', async () => {
  const params = { model: 'gpt-5', store: false, include: ['reasoning.encrypted_content'] };
  const input = [{ role: 'user', content: 'What is a fjord?' }];
  const first = await respond({ ...params, input });
  const [thoughts] = first.output;
  assert.match(thoughts.encrypted_content, /^gAAAA/);
  assert.deepEqual(thoughts.summary, []);
  input.push(...first.output, { role: 'user', content: 'Go on.' });
  const second = await respond({ ...params, input });
  assert.deepEqual(kinds(second), ['reasoning', 'message']);
  assert.ok(second.usage.input_tokens > first.usage.input_tokens);
});

test('a limit that is used up by thoughts leaves no message', async () => {
  const response = await respond({ model: 'gpt-5', max_output_tokens: 16 });
  assert.deepEqual(
    [response.status, response.incomplete_details.reason, kinds(response), response.output_text],
    ['incomplete', 'max_output_tokens', ['reasoning'], ''],
  );
});

test('JSON without a schema', async () => {
  const { output_text } = await respond({
    input: 'A fjord, in JSON',
    text: { format: { type: 'json_object' } },
  });
  assert.equal(JSON.parse(output_text).constructor, Object);
});

for (const [name, params, code, param] of [
  ['no model', { model: undefined }, 'missing_required_parameter', 'model'],
  ['no input', { input: undefined }, 'missing_required_parameter', 'input'],
  ['an empty input', { input: '' }, 'missing_required_parameter', null],
  ['an input that is a number', { input: 7 }, 'invalid_type', 'input'],
  ['an unknown role', { input: [{ role: 'cook', content: 'a' }] }, 'invalid_value', 'input[0]'],
  ['an unknown item', { input: [{ type: 'bogus' }] }, 'invalid_value', 'input[0]'],
  [
    'a part of the chat API',
    { input: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] },
    'invalid_value',
    'input[0].content[0]',
  ],
  ['the messages of the chat API', { messages: [] }, 'unsupported_parameter', null],
  ['the format of the chat API', { response_format: { type: 'text' } }, 'unsupported_parameter', null],
  ['an unknown parameter', { seed: 1 }, 'unknown_parameter', 'seed'],
  ['too few tokens', { max_output_tokens: 5 }, 'integer_below_min_value', 'max_output_tokens'],
  ['a temperature of 3', { temperature: 3 }, 'decimal_above_max_value', 'temperature'],
  ['JSON that nobody spoke of', { text: { format: { type: 'json_object' } } }, null, 'input'],
  [
    'an unknown summary',
    { model: 'gpt-5', reasoning: { summary: 'long' } },
    'invalid_value',
    'reasoning.summary',
  ],
  [
    'an unknown previous response',
    { previous_response_id: 'resp_no' },
    'previous_response_not_found',
    'previous_response_id',
  ],
  [
    'a previous response and a conversation',
    { previous_response_id: 'resp_no', conversation: 'conv_no' },
    'mutually_exclusive_parameters',
    null,
  ],
  [
    'a chosen tool that is not there',
    { tool_choice: { type: 'function', name: 'depth' } },
    null,
    'tool_choice',
  ],
  [
    'a tool of the chat API',
    { tools: [{ type: 'function', function: { name: 'depth' } }] },
    'missing_required_parameter',
    'tools[0].name',
  ],
  [
    'a call that nobody answers',
    { input: [{ type: 'function_call', call_id: 'call_1', name: 'depth', arguments: '{}' }] },
    null,
    'input',
  ],
  [
    'an answer to no call',
    { input: [{ type: 'function_call_output', call_id: 'call_1', output: '7' }] },
    null,
    'input',
  ],
  ['a temperature while the model thinks', { model: 'gpt-5', temperature: 0.5 }, null, 'temperature'],
]) {
  test(`${name}: a bad request`, async () => {
    const refused = (error) => {
      assert.deepEqual([error.constructor, error.status], [BadRequestError, 400], String(error));
      assert.deepEqual([error.type, error.code, error.param], ['invalid_request_error', code, param]);
      assert.match(error.requestID, /^req_[0-9a-f]{32}$/);
      return true;
    };
    await assert.rejects(respond(params), refused);
    await assert.rejects(respond({ ...params, stream: true }), refused);
  });
}

test('tokens of an input are counted as a response counts them', async () => {
  const input = [{ role: 'user', content: 'What is a fjord?' }];
  const tools = [
    { type: 'function', name: 'depth', parameters: { type: 'object', properties: {} }, strict: false },
  ];
  const { object, input_tokens } = await openai.responses.inputTokens.count({ ...ASKED, input, tools });
  assert.equal(object, 'response.input_tokens');
  assert.equal((await respond({ input, tools })).usage.input_tokens, input_tokens);
});

test('a conversation is compacted, and goes on from that', async () => {
  const first = await respond();
  const input = [{ role: 'user', content: ASKED.input }, ...first.output];
  const compacted = await openai.responses.compact({ model: ASKED.model, input });
  assert.deepEqual([compacted.object, kinds(compacted)], ['response.compaction', ['message', 'compaction']]);
  assert.match(compacted.output.at(-1).encrypted_content, /^gAAAA/);
  assert.ok(compacted.usage.total_tokens > 0);
  const second = await respond({ input: [...compacted.output, { role: 'user', content: 'Go on.' }] });
  assert.match(second.output_text, SENTENCES);
  const chained = await openai.responses.compact({ model: ASKED.model, previous_response_id: first.id });
  assert.deepEqual(kinds(chained), ['message', 'compaction']);
});
