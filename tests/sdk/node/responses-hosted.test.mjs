import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ASKED, events, kinds, openai, respond } from './fake.mjs';

const item = (response, type) => response.output.find((one) => one.type === type);
const message = (response) => item(response, 'message').content[0];

/** The steps of an item's tool in a stream, each once where it comes several times in a row. */
const steps = (sent, start) =>
  sent
    .map((event) => event.type)
    .filter((type) => type.startsWith(`response.${start}`))
    .map((type) => type.slice('response.'.length))
    .filter((type, at, all) => type !== all[at - 1]);

/** An item without what the stream runner adds to it. */
const bare = ({ content, ...item }) =>
  content ? { ...item, content: content.map(({ parsed, ...part }) => part) } : item;

/** Asserts that a stream and the stream runner say what the whole says; the stream. */
const same = async (params, whole) => {
  const sent = await events(params);
  assert.deepEqual(sent.at(-1).response.output, whole.output);
  const done = sent.filter((event) => event.type === 'response.output_item.done');
  assert.deepEqual(
    done.map((event) => event.item),
    whole.output,
  );
  const final = await openai.responses.stream({ ...ASKED, ...params }).finalResponse();
  assert.deepEqual([final.output.map(bare), final.output_text], [whole.output, whole.output_text]);
  return sent;
};

for (const type of ['web_search', 'web_search_preview']) {
  test(`${type}: pages are cited`, async () => {
    const params = { tools: [{ type }], include: ['web_search_call.action.sources'] };
    const response = await respond(params);
    assert.deepEqual(kinds(response), ['web_search_call', 'message']);
    const { id, status, action } = item(response, 'web_search_call');
    assert.match(id, /^ws_/);
    assert.deepEqual([status, action.type, action.query], ['completed', 'search', 'What is a fjord?']);
    const { annotations, text } = message(response);
    assert.ok(annotations.length > 0);
    for (const { type, url, title, start_index, end_index } of annotations) {
      assert.deepEqual([type, new URL(url).protocol], ['url_citation', 'https:']);
      assert.ok(title && start_index >= 0 && end_index > start_index && end_index <= text.length);
    }
    const cited = annotations.map(({ url }) => ({ type: 'url', url }));
    assert.deepEqual(action.sources, cited);

    const sent = await same(params, response);
    assert.deepEqual(
      steps(sent, 'web_search_call'),
      ['in_progress', 'searching', 'completed'].map((step) => `web_search_call.${step}`),
    );
    assert.deepEqual(
      sent
        .filter((event) => event.type === 'response.output_text.annotation.added')
        .map((event) => event.annotation),
      annotations,
    );
  });
}

test('file_search: files are cited, and results told where that is asked for', async () => {
  const tools = [{ type: 'file_search', vector_store_ids: ['vs_1'], max_num_results: 5 }];
  const [without, response] = [
    await respond({ tools }),
    await respond({ tools, include: ['file_search_call.results'] }),
  ];
  assert.equal(item(without, 'file_search_call').results, null);
  const { id, queries, results } = item(response, 'file_search_call');
  assert.match(id, /^fs_/);
  assert.deepEqual(queries, ['What is a fjord?']);
  const [{ type, file_id, filename }] = message(response).annotations;
  assert.deepEqual([type, file_id, filename], ['file_citation', results[0].file_id, results[0].filename]);
  assert.ok(results[0].text.length > 0 && results[0].score > 0);
  const sent = await same({ tools, include: ['file_search_call.results'] }, response);
  assert.deepEqual(
    steps(sent, 'file_search_call'),
    ['in_progress', 'searching', 'completed'].map((step) => `file_search_call.${step}`),
  );
});

test('code_interpreter: code, and what it prints', async () => {
  const tools = [{ type: 'code_interpreter', container: { type: 'auto' } }];
  const params = { tools, include: ['code_interpreter_call.outputs'] };
  const response = await respond(params);
  const { id, code, container_id, outputs } = item(response, 'code_interpreter_call');
  assert.match(id, /^ci_/);
  assert.match(container_id, /^cntr_/);
  assert.match(code, /print\(/);
  assert.deepEqual([outputs[0].type, /^\d+\n$/.test(outputs[0].logs)], ['logs', true]);
  const sent = await same(params, response);
  assert.equal(
    sent
      .filter((event) => event.type === 'response.code_interpreter_call_code.delta')
      .map((event) => event.delta)
      .join(''),
    code,
  );
  assert.deepEqual(steps(sent, 'code_interpreter_call'), [
    'code_interpreter_call.in_progress',
    'code_interpreter_call_code.delta',
    'code_interpreter_call_code.done',
    'code_interpreter_call.interpreting',
    'code_interpreter_call.completed',
  ]);
});

test('image_generation: a picture, and pictures of it half done', async () => {
  const isPng = (base64) => Buffer.from(base64, 'base64').subarray(1, 4).toString() === 'PNG';
  const tools = [{ type: 'image_generation', size: '1024x1024', quality: 'low', partial_images: 2 }];
  const response = await respond({ tools });
  const { id, status, result, size, output_format } = item(response, 'image_generation_call');
  assert.match(id, /^ig_/);
  assert.deepEqual([status, size, output_format, isPng(result)], ['completed', '1024x1024', 'png', true]);
  assert.ok(response.tool_usage.image_gen.output_tokens > 0);
  const sent = await same({ tools }, response);
  const partial = sent.filter((event) => event.type === 'response.image_generation_call.partial_image');
  assert.deepEqual(
    partial.map((event) => [event.partial_image_index, isPng(event.partial_image_b64)]),
    [
      [0, true],
      [1, true],
    ],
  );
  assert.ok(partial.every((event) => event.partial_image_b64 !== result));
  assert.deepEqual(
    steps(sent, 'image_generation_call'),
    ['in_progress', 'generating', 'partial_image', 'completed'].map(
      (step) => `image_generation_call.${step}`,
    ),
  );
});

const MCP = { type: 'mcp', server_label: 'tides', server_url: 'https://tides.example.com/sse' };

test('mcp: tools are listed once, and called', async () => {
  const tools = [{ ...MCP, require_approval: 'never', allowed_tools: ['high_water'] }];
  const response = await respond({ tools });
  assert.deepEqual(kinds(response), ['mcp_list_tools', 'mcp_call', 'message']);
  const [list, call] = response.output;
  assert.deepEqual([list.server_label, list.tools.map((tool) => tool.name)], ['tides', ['high_water']]);
  assert.deepEqual([call.server_label, call.name, call.error], ['tides', 'high_water', null]);
  assert.ok(JSON.parse(call.arguments).query && call.output.length > 0);
  const sent = await same({ tools }, response);
  assert.deepEqual(steps(sent, 'mcp_'), [
    'mcp_list_tools.in_progress',
    'mcp_list_tools.completed',
    'mcp_call.in_progress',
    'mcp_call_arguments.delta',
    'mcp_call_arguments.done',
    'mcp_call.completed',
  ]);
  const second = await respond({ tools, previous_response_id: response.id });
  assert.deepEqual(kinds(second), ['mcp_call', 'message']);
});

test('mcp: a call waits for approval', async () => {
  const tools = [MCP];
  const first = await respond({ tools });
  assert.deepEqual(kinds(first), ['mcp_list_tools', 'mcp_approval_request']);
  await same({ tools }, first);
  const { id, name } = item(first, 'mcp_approval_request');
  const answered = (approve) =>
    respond({
      tools,
      previous_response_id: first.id,
      input: [{ type: 'mcp_approval_response', approval_request_id: id, approve }],
    });
  const allowed = await answered(true);
  assert.deepEqual(kinds(allowed), ['mcp_call', 'message']);
  const call = item(allowed, 'mcp_call');
  assert.deepEqual([call.name, call.approval_request_id], [name, id]);
  assert.deepEqual(kinds(await answered(false)), ['message']);
});

test('of several tools, those are used that the user names', async () => {
  const tools = [
    { type: 'web_search' },
    { type: 'code_interpreter', container: { type: 'auto' } },
    {
      type: 'function',
      name: 'depth',
      parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
      strict: true,
    },
  ];
  const used = async (input, params) => kinds(await respond({ input, tools, ...params }));
  assert.deepEqual(await used('Use code_interpreter'), ['code_interpreter_call', 'message']);
  assert.deepEqual(await used('Use depth'), ['function_call']);
  assert.deepEqual(await used('Go', { tool_choice: 'none' }), ['message']);
  assert.deepEqual(await used('Go', { tool_choice: { type: 'web_search' } }), ['web_search_call', 'message']);
  assert.deepEqual(await used('Go', { max_tool_calls: 1 }), ['web_search_call', 'message']);
});

test('what hosted tools did can be sent back', async () => {
  const tools = [
    { type: 'web_search' },
    { type: 'file_search', vector_store_ids: ['vs_1'] },
    { type: 'code_interpreter', container: { type: 'auto' } },
    { type: 'image_generation', size: '1024x1024', quality: 'low' },
    { ...MCP, require_approval: 'never' },
  ];
  const first = await respond({ model: 'gpt-5', tools });
  assert.deepEqual(kinds(first), [
    'reasoning',
    'web_search_call',
    'file_search_call',
    'code_interpreter_call',
    'image_generation_call',
    'mcp_list_tools',
    'mcp_call',
    'message',
  ]);
  const input = [
    { role: 'user', content: ASKED.input },
    ...first.output,
    { role: 'user', content: 'Say it shorter.' },
  ];
  const second = await respond({ model: 'gpt-5', input });
  assert.deepEqual(kinds(second), ['reasoning', 'message']);
});
