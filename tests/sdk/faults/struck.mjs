// How often a client has asked when something was made to go wrong.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { asked } from './met.mjs';

/** What no client need notice. */
export const GOT_OVER = [
  ['split=1'],
  ['comment'],
  ['crlf'],
  ['empty_choices'],
  ['no_done'],
  ['no_usage'],
  ['between=1ms; jitter=50'],
  ['ttft=1ms'],
  ['tps=5000'],
  ['gaps=1ms,2ms'],
  ['stall=3; for=1ms'],
];

/** What this key has asked. */
export const requests = async (key) => (await asked('/__parlel/requests', key)).requests;

/** The first time after `after` is at least so long, in milliseconds. A timer may be early by a little. */
export const assertWaited = (found, least) => {
  const times = found.map(({ at }) => Date.parse(at));
  for (const [index, wait] of least.entries()) {
    const waited = times[index + 1] - times[index];
    assert.ok(waited >= wait - 5, `asked again after ${waited} ms instead of ${wait}`);
  }
};

/**
 * Tests with a key of their own each, side by side, so that they wait together where a client waits before it asks
 * again.
 */
export const together = (name, rows, run) =>
  describe(name, { concurrency: true }, () => {
    for (const row of rows) {
      const title = row.filter((cell) => typeof cell === 'string').join(', ');
      test(title, () => run(`sk-${name} ${title}`.replace(/[^\w-]+/g, '-'), ...row));
    }
  });

/** Each row with each of these. */
export const across = (rows, ...columns) =>
  columns.reduce((all, column) => all.flatMap((row) => column.map((cell) => [...row, cell])), rows);
