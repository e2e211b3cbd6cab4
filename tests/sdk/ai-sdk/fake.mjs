// How every test here calls the fake.

import { createOpenAI } from '@ai-sdk/openai';
import { tool } from 'ai';
import { z } from 'zod';

globalThis.AI_SDK_LOG_WARNINGS = false;

export const openai = createOpenAI({
  baseURL: process.env.OPENAI_BASE_URL,
  apiKey: process.env.OPENAI_API_KEY,
});

export const Fjord = z.object({
  name: z.string(),
  depth: z.number().int().min(1).max(1308),
  best: z.enum(['summer', 'winter']),
  villages: z.array(z.object({ name: z.string(), ferry: z.boolean() })),
  saga: z.string().nullable(),
});

export const tools = {
  get_depth: tool({
    description: 'How deep a fjord is',
    inputSchema: z.object({ fjord: z.string(), unit: z.enum(['m', 'ft']) }),
    execute: async ({ unit }) => `1308 ${unit}`,
  }),
  get_tides: tool({
    description: 'When the water is high',
    inputSchema: z.object({ port: z.string() }),
    execute: async () => ['06:12', '18:40'],
  }),
};

/** The names of the tools that each step called. */
export const called = (steps) => steps.map((step) => step.toolCalls.map((call) => call.toolName));
