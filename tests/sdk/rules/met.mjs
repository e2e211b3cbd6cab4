// What the rules of these files have answered.

import assert from 'node:assert/strict';

/** What a control endpoint answers for a key. */
export const asked = async (path, key) => {
  const url = process.env.OPENAI_BASE_URL.replace(/\/v1$/, path);
  return (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).json();
};

/**
 * The rules of a theme that answered a key's requests, in turn. Each of the theme must have, and
 * nothing else; and nothing may have been noted.
 */
export const met = async (key, theme) => {
  const { requests } = await asked('/__parlel/requests', key);
  assert.deepEqual(
    requests.flatMap((request) => request.notes),
    [],
  );
  const { never } = await asked('/__parlel/rules', key);
  assert.deepEqual(
    never.filter((name) => name.startsWith(`${theme}: `)),
    [],
  );
  const named = requests.map((request) => request.rule.split(': '));
  assert.deepEqual([...new Set(named.map(([first]) => first))], [theme]);
  return named.map(([, second]) => second);
};
