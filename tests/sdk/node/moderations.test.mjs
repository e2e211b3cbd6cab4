import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openai } from './fake.mjs';

const PICTURE = { type: 'image_url', image_url: { url: 'https://example.com/harbour.png' } };
const part = (text) => ({ type: 'text', text });
const [HARMLESS, VIOLENT] = ['A quiet morning.', 'I want to kill them.'];

for (const [name, input, flags] of [
  ['a harmless text', HARMLESS, [false]],
  ['a violent text', VIOLENT, [true]],
  ['several texts', [HARMLESS, VIOLENT], [false, true]],
  ['harmless parts', [part(HARMLESS), PICTURE], [false]],
  ['violent parts', [part(VIOLENT), PICTURE], [true]],
]) {
  test(`what is flagged of ${name}`, async () => {
    const reply = await openai.moderations.create({ input });
    assert.match(reply.id, /^modr-\d+$/);
    assert.equal(reply.model, 'omni-moderation-latest');
    assert.deepEqual(
      reply.results.map((result) => result.flagged),
      flags,
    );
    for (const { flagged, categories, category_scores, category_applied_input_types } of reply.results) {
      const names = Object.keys(categories);
      assert.equal(names.length, 13);
      assert.deepEqual(
        names.filter((name) => categories[name]),
        flagged ? ['violence'] : [],
      );
      assert.ok(names.every((name) => category_scores[name] > 0.5 === categories[name]));
      assert.deepEqual(Object.keys(category_applied_input_types), names);
    }
  });
}

test('a picture is looked at for some categories', async () => {
  const { results } = await openai.moderations.create({ input: [part(HARMLESS), PICTURE] });
  const { violence, hate } = results[0].category_applied_input_types;
  assert.deepEqual([violence, hate], [['text', 'image'], ['text']]);
});
