import assert from 'node:assert/strict';
import { test } from 'node:test';

import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { ASKED, events, kinds, openai, respond } from './fake.mjs';

const { responses } = openai;

const Fjord = z.object({
  name: z.string().describe('As the villagers say it'),
  depth: z.number().int().min(1).max(1308),
  best: z.enum(['summer', 'winter']),
  villages: z.array(z.object({ name: z.string(), ferry: z.boolean() })),
  above: z.union([
    z.object({ kind: z.literal('glacier'), area: z.number() }),
    z.object({ kind: z.literal('peak'), height: z.number() }),
  ]),
  saga: z.string().nullable(),
});

const Island = z.object({
  name: z.string(),
  get skerries() {
    return z.array(Island);
  },
});

const asked = (params, shape = Fjord) => ({
  model: 'gpt-4o',
  input: 'Describe it',
  text: { format: zodTextFormat(shape, 'answer') },
  ...params,
});

for (const [name, shape] of Object.entries({ Fjord, Island })) {
  test(`an answer is parsed: ${name}`, async () => {
    const response = await responses.parse(asked({}, shape));
    assert.deepEqual(response.output_parsed, shape.parse(JSON.parse(response.output_text)));
    assert.deepEqual(response.output[0].content[0].parsed, response.output_parsed);
    const { type, name, strict } = response.text.format;
    assert.deepEqual([type, name, strict], ['json_schema', 'answer', true]);
    const streamed = await responses.stream(asked({}, shape)).finalResponse();
    assert.deepEqual(streamed.output_parsed, response.output_parsed);
  });
}

test('a refusal is not parsed', async () => {
  const params = asked({ input: 'Describe one [refusal]' });
  for (const response of [await responses.parse(params), await responses.stream(params).finalResponse()]) {
    assert.equal(response.output_parsed, null);
    assert.equal(response.output[0].content[0].type, 'refusal');
  }
});

test('a schema that cannot be strict is a bad request', () =>
  assert.rejects(
    respond({
      text: { format: { type: 'json_schema', name: 'a', strict: true, schema: { type: 'array' } } },
    }),
    { status: 400, code: 'invalid_json_schema', param: 'text.format.schema' },
  ));

const Depth = z.object({ fjord: z.string(), unit: z.enum(['m', 'ft']), at: z.array(z.number()).nullable() });
const Tides = z.object({ port: z.string(), days: z.number().int().min(1).max(7) });

const tools = [
  zodResponsesFunction({ name: 'depth', description: 'How deep it is', parameters: Depth }),
  zodResponsesFunction({ name: 'tides', parameters: Tides }),
];

const calls = ({ output }) => output.filter((item) => item.type === 'function_call');
const names = (response) => calls(response).map((call) => call.name);
const outputs = (response) =>
  calls(response).map(({ call_id }) => ({ type: 'function_call_output', call_id, output: '1308' }));

for (const [input, params, called] of [
  ['How deep is it?', {}, []],
  ['Use depth', {}, ['depth']],
  ['Use tides, then depth', {}, ['tides', 'depth']],
  ['Use tides, then depth', { parallel_tool_calls: false }, ['tides']],
  ['Use depth', { tool_choice: 'none' }, []],
  ['How deep is it?', { tool_choice: 'required' }, ['depth']],
  ['Go', { tool_choice: { type: 'function', name: 'tides' } }, ['tides']],
  [
    'Go',
    {
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'tides' }] },
    },
    ['tides'],
  ],
]) {
  test(`"${input}" with ${JSON.stringify(params)} calls [${called}]`, async () => {
    const response = await responses.parse({ model: 'gpt-4o', input, tools, ...params });
    assert.deepEqual([response.status, names(response)], ['completed', called]);
    assert.equal(response.output_text === '', called.length > 0);
    assert.equal(new Set(calls(response).map((call) => call.call_id)).size, called.length);
    for (const { id, call_id, name, arguments: given, parsed_arguments, status } of calls(response)) {
      assert.match(id, /^fc_[0-9a-f]{50}$/);
      assert.match(call_id, /^call_\w+$/);
      assert.equal(status, 'completed');
      assert.deepEqual(parsed_arguments, (name === 'depth' ? Depth : Tides).parse(JSON.parse(given)));
    }
  });
}

test('calls are streamed, and the runner parses them', async () => {
  const params = { ...ASKED, input: 'Use tides, then depth', tools };
  const runner = responses.stream(params);
  const [snapshots, done] = [{}, []];
  runner.on('response.function_call_arguments.delta', ({ output_index, snapshot }) => {
    snapshots[output_index] = snapshot;
  });
  runner.on('response.function_call_arguments.done', ({ arguments: given, item_id }) =>
    done.push([item_id, given]),
  );
  const [final, whole] = [await runner.finalResponse(), await responses.parse(params)];
  assert.deepEqual(calls(final), calls(whole));
  const given = calls(whole).map((call) => call.arguments);
  assert.deepEqual(Object.values(snapshots), given);
  assert.deepEqual(
    done,
    calls(whole).map((call) => [call.id, call.arguments]),
  );
});

test('the events of a call', async () => {
  const sent = await events({ input: 'Use depth', tools });
  const added = sent.find((event) => event.type === 'response.output_item.added').item;
  const [call] = calls(sent.at(-1).response);
  assert.deepEqual(added, { ...call, status: 'in_progress', arguments: '' });
  const of = (type) => sent.filter((event) => event.type === `response.function_call_arguments.${type}`);
  assert.equal(
    of('delta')
      .map((event) => event.delta)
      .join(''),
    call.arguments,
  );
  assert.deepEqual(
    of('done').map((event) => [event.item_id, event.arguments]),
    [[call.id, call.arguments]],
  );
});

for (const [how, answer] of Object.entries({
  create: (params) => responses.create(params),
  parse: (params) => responses.parse(params),
  stream: (params) => responses.stream(params).finalResponse(),
})) {
  test(`a loop ends by previous_response_id: ${how}`, async () => {
    const first = await answer({ model: 'gpt-4o', input: 'Use tides, then depth', tools });
    assert.deepEqual(names(first), ['tides', 'depth']);
    const going = { model: 'gpt-4o', tools, previous_response_id: first.id, input: outputs(first) };
    const second = await answer(going);
    assert.deepEqual([kinds(second), second.previous_response_id], [['message'], first.id]);
    assert.ok(second.usage.input_tokens > first.usage.input_tokens);
    assert.equal((await answer(going)).id, second.id);
    const third = await answer({
      model: 'gpt-4o',
      previous_response_id: second.id,
      input: 'Use depth',
      tools,
    });
    assert.deepEqual(names(third), ['depth']);
  });

  for (const model of ['gpt-4o', 'gpt-5']) {
    test(`a loop ends statelessly, and what ${how} answers can be sent back: ${model}`, async () => {
      // What does not reason has nothing to include.
      const include = model === 'gpt-5' ? ['reasoning.encrypted_content'] : [];
      const params = { model, tools, store: false, include };
      const input = [{ role: 'user', content: 'Use tides, then depth' }];
      const turn = async () => {
        const response = await answer({ ...params, input });
        // What the client's helpers have parsed is theirs alone.
        input.push(...response.output.map(({ parsed_arguments, ...item }) => item));
        return response;
      };
      const first = await turn();
      assert.deepEqual(names(first), ['tides', 'depth']);
      input.push(...outputs(first));
      const second = await turn();
      assert.match(second.output_text, /\w.*\.$/);
      input.push({ role: 'user', content: 'Go on.' });
      assert.match((await turn()).output_text, /\w.*\.$/);
    });
  }
}

test('an output in parts', async () => {
  const first = await respond({ input: 'Use depth', tools });
  const [{ call_id }] = calls(first);
  const output = [{ type: 'input_text', text: '1308 m' }];
  const input = [{ type: 'function_call_output', call_id, output }];
  const second = await respond({ previous_response_id: first.id, input, tools });
  assert.deepEqual(kinds(second), ['message']);
});

test('a call that is left open is a bad request', async () => {
  const { id } = await respond({ input: 'Use depth', tools });
  await assert.rejects(respond({ previous_response_id: id, input: 'And?' }), {
    status: 400,
    param: 'input',
    message: /No tool output found for function call call_/,
  });
});

test('a tool that takes any text', async () => {
  const tools = [
    { type: 'custom', name: 'note', description: 'Keeps a note' },
    {
      type: 'custom',
      name: 'berth',
      format: { type: 'grammar', syntax: 'regex', definition: '[A-F][0-9]{2}' },
    },
  ];
  const first = await respond({ model: 'gpt-5', input: 'Use note and berth', tools });
  const [, note, berth] = first.output;
  assert.deepEqual(kinds(first), ['reasoning', 'custom_tool_call', 'custom_tool_call']);
  assert.deepEqual([note.name, berth.name], ['note', 'berth']);
  assert.match(note.id, /^ctc_/);
  assert.ok(note.input.length > 0);
  assert.match(berth.input, /^[A-F][0-9]{2}$/);

  const sent = await events({ model: 'gpt-5', input: 'Use note and berth', tools });
  const of = (type) => sent.filter((event) => event.type === `response.custom_tool_call_input.${type}`);
  assert.deepEqual(
    of('done').map((event) => event.input),
    [note.input, berth.input],
  );
  assert.equal(
    of('delta')
      .map((event) => event.delta)
      .join(''),
    note.input + berth.input,
  );
  const final = await responses
    .stream({ model: 'gpt-5', input: 'Use note and berth', tools })
    .finalResponse();
  assert.deepEqual(final.output, first.output);

  const input = [note, berth].map(({ call_id }) => ({
    type: 'custom_tool_call_output',
    call_id,
    output: 'done',
  }));
  const second = await respond({ model: 'gpt-5', previous_response_id: first.id, input, tools });
  assert.equal(kinds(second).at(-1), 'message');
});
