// How every test here calls the fake.

import OpenAI from 'openai';

export const URL = process.env.OPENAI_BASE_URL.replace(/\/v1$/, '');

// Without retries a failure is seen instead of mended, and with a time-out a hang is a failure.
export const client = (options) => new OpenAI({ maxRetries: 0, timeout: 30_000, ...options });

export const openai = client();

export const QUESTION = { model: 'gpt-4o', messages: [{ role: 'user', content: 'What is a fjord?' }] };

export const chat = (params) => openai.chat.completions.create({ ...QUESTION, ...params });

/** A chat's chunks. */
export const stream = async (params) => Array.fromAsync(await chat({ ...params, stream: true }));

/** The text that a chat's stream has sent for a choice. */
export const joined = (chunks, index = 0) =>
  chunks
    .flatMap((chunk) => chunk.choices)
    .filter((choice) => choice.index === index)
    .map((choice) => choice.delta.content ?? '')
    .join('');

/** What a response is asked for unless a test says otherwise. */
export const ASKED = { model: 'gpt-4o', input: 'What is a fjord?' };

export const respond = (params) => openai.responses.create({ ...ASKED, ...params });

/** A response's events. */
export const events = async (params) => Array.fromAsync(await respond({ ...params, stream: true }));

/** The kinds of the items of a response. */
export const kinds = ({ output }) => output.map((item) => item.type);

export const text = (reply) => reply.choices[0].message.content;

/** A call without the client. */
export const control = async (method, path, key) => {
  const reply = await fetch(URL + path, { method, headers: { authorization: `Bearer ${key}` } });
  return reply.json();
};

/** What the fake has captured of a key. */
export const captured = (key) => control('GET', '/__parlel/requests', key);
