// The Codex command line, as its users start it: one turn, with a tool, and the turn after it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';

const program = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@openai/codex/package.json')),
  'bin/codex.js',
);
const { OPENAI_BASE_URL, OPENAI_API_KEY } = process.env;
const home = path.join(import.meta.dirname, 'home');
const work = path.join(import.meta.dirname, 'work');
for (const folder of [home, work]) mkdirSync(folder);

writeFileSync(
  path.join(home, 'config.toml'),
  `model = "gpt-5.4"
model_provider = "fake"
web_search = "disabled"

[model_providers.fake]
name = "fake"
base_url = "${OPENAI_BASE_URL}"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`,
);

/** Runs it until its end; the events that it tells. */
function codex(...args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, 'exec', '--skip-git-repo-check', '--json', '--sandbox', 'read-only', ...args],
    { cwd: work, env: { ...process.env, CODEX_HOME: home }, encoding: 'utf8', input: '', timeout: 120_000 },
  );
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

const said = (events) =>
  events.filter(({ item }) => item?.type === 'agent_message').map(({ item }) => item.text);

let seen = 0;

/** What it has asked since the last look. */
async function asked() {
  const url = new URL('/__parlel/requests', OPENAI_BASE_URL);
  const options = { headers: { authorization: `Bearer ${OPENAI_API_KEY}` } };
  const { requests } = await (await fetch(url, options)).json();
  const all = requests.filter(({ method }) => method === 'POST');
  const since = all.slice(seen);
  seen = all.length;
  return since;
}

test('a turn with a tool, and one that goes on from it', async () => {
  const events = codex('Use get_goal');
  const [text, ...more] = said(events);
  assert.ok(text && more.length === 0, JSON.stringify(events));
  assert.ok(events.at(-1).usage.output_tokens > 0);
  const [called, answered, ...others] = await asked();
  assert.equal(others.length, 0);
  assert.deepEqual([called.status, answered.status], [200, 200]);
  assert.ok(called.body.client_metadata);
  const [call, output] = answered.body.input.slice(-2);
  assert.deepEqual([call.type, call.name, output.type], ['function_call', 'get_goal', 'function_call_output']);
  assert.equal(call.call_id, output.call_id);
  assert.equal(JSON.parse(output.output).goal, null);

  const [next] = said(codex('resume', '--last', 'And now?'));
  assert.ok(next && next !== text);
  const [gone, ...rest] = await asked();
  assert.equal(rest.length, 0);
  assert.equal(gone.body.input.at(-2).content[0].text, text);
});

test('an answer that a schema is given for', async () => {
  const schema = path.join(work, 'schema.json');
  const properties = { depth: { type: 'integer' }, villages: { type: 'array', items: { type: 'string' } } };
  writeFileSync(
    schema,
    JSON.stringify({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false }),
  );
  const [text] = said(codex('--output-schema', schema, 'Describe a fjord'));
  const { depth, villages, ...more } = JSON.parse(text);
  assert.ok(Number.isInteger(depth) && Array.isArray(villages));
  assert.deepEqual(more, {});
  const [request] = await asked();
  assert.equal(request.body.text.format.type, 'json_schema');
});

test('what a rule has it do is done, and told', async () => {
  const events = codex('Please multiply 654 by 2.');
  const ended = events.filter(({ type }) => type === 'item.completed').map(({ item }) => item);
  const [ran] = ended.filter((item) => item.type === 'command_execution');
  assert.deepEqual([ran.exit_code, ran.aggregated_output], [0, 'product: 1308\n']);
  assert.deepEqual(said(events), ['Let me see.', 'That makes 1308.']);
  assert.deepEqual(
    (await asked()).map(({ rule, notes }) => [rule, notes]),
    [
      ['shell: have it worked out', []],
      ['shell: tell what came out', []],
    ],
  );
});
