import assert from 'node:assert/strict';
import { test } from 'node:test';

import { URL, openai } from './fake.mjs';

const draw = (params) => openai.images.generate({ prompt: 'a quiet harbour', model: 'dall-e-2', ...params });

const sizeOf = (png) => {
  assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  assert.equal(png.subarray(-8, -4).toString(), 'IEND');
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
};

const decoded = (item) => Buffer.from(item.b64_json, 'base64');

for (const [model, size, n] of [
  ['dall-e-2', '256x256', 1],
  ['dall-e-2', '512x512', 2],
  ['dall-e-2', '1024x1024', 1],
  ['dall-e-3', '1792x1024', 1],
  ['dall-e-2', '256x256', 10],
]) {
  test(`${n} of ${size}`, async () => {
    const links = await draw({ model, size, n });
    assert.equal(links.created, 1_700_000_000);
    const urls = links.data.map((item) => item.url);
    assert.equal(new Set(urls).size, n);
    assert.ok(urls.every((url) => url.startsWith(`${URL}/`)));
    const reply = await fetch(urls[0]);
    const first = Buffer.from(await reply.arrayBuffer());
    assert.deepEqual([reply.headers.get('content-type'), sizeOf(first)], ['image/png', size]);

    const { data } = await draw({ model, size, n, response_format: 'b64_json' });
    assert.equal(new Set(data.map((item) => item.b64_json)).size, n);
    assert.ok(data.every((item) => sizeOf(decoded(item)) === size && !('url' in item)));
    assert.ok(decoded(data[0]).equals(first));
  });
}

test('each model answers in its form', async () => {
  const [ofDallE3] = (await draw({ model: 'dall-e-3' })).data;
  assert.deepEqual([typeof ofDallE3.url, ofDallE3.revised_prompt], ['string', 'a quiet harbour']);
  const [ofGptImage] = (await draw({ model: 'gpt-image-1' })).data;
  assert.deepEqual([ofGptImage.url, sizeOf(decoded(ofGptImage))], [undefined, '1024x1024']);
});

test('a stream ends with the picture of the whole reply', async () => {
  const params = { model: 'gpt-image-2', size: '1024x640', quality: 'low' };
  const whole = await draw(params);
  const events = [];
  for await (const event of await draw({ ...params, stream: true, partial_images: 1 })) events.push(event);
  const types = events.map((event) => event.type);
  assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed']);
  assert.equal(events[1].b64_json, whole.data[0].b64_json);
  assert.deepEqual(events[1].usage, whole.usage);
});

test('another prompt gives another picture', async () => {
  const params = { size: '256x256', response_format: 'b64_json' };
  const [one, same] = [await draw(params), await draw(params)];
  assert.deepEqual(one.data, same.data);
  assert.notDeepEqual((await draw({ ...params, prompt: 'a grey heron' })).data, one.data);
});
