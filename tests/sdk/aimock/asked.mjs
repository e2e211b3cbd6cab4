// The requests that a fixture's match asks for.

const WEATHER = (name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
});

/** The tools that any fixture of a file offers or calls. */
const tools = (match, response) => {
  const called = [...(response.toolCalls ?? []), ...(response.blocks ?? [])].map(({ name }) => name);
  return [...new Set([match.toolName, ...called].filter(Boolean))].map(WEATHER);
};

function messages({ userMessage, systemMessage, toolCallId, toolResultContains, hasToolResult, turnIndex }) {
  const said = [];
  if (systemMessage) said.push({ role: 'system', content: [systemMessage].flat().join(' and ') });
  const id = toolCallId ?? 'call_before';
  const wantsResult = hasToolResult || toolCallId || toolResultContains;
  // A call is a turn of the assistant as well.
  const turns = (turnIndex ?? (wantsResult ? 1 : 0)) - (wantsResult ? 1 : 0);
  for (let turn = 0; turn < turns; turn += 1) {
    said.push({ role: 'user', content: 'Before' }, { role: 'assistant', content: 'Indeed.' });
  }
  said.push({ role: 'user', content: userMessage === undefined ? 'Well?' : `So: ${userMessage}!` });
  if (wantsResult) {
    const called = { id, type: 'function', function: { name: 'before', arguments: '{}' } };
    said.push({ role: 'assistant', content: null, tool_calls: [called] });
    said.push({ role: 'tool', tool_call_id: id, content: toolResultContains ?? '{"done": true}' });
  }
  return said;
}

const items = (said) =>
  said.flatMap(({ role, content, tool_calls, tool_call_id }) => {
    if (role === 'tool') return [{ type: 'function_call_output', call_id: tool_call_id, output: content }];
    if (!tool_calls) return [{ role, content }];
    const called = ({ id, function: { name, arguments: given } }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: given,
    });
    return tool_calls.map(called);
  });

function chat({ match, response }, stream) {
  const offered = tools(match, response);
  return {
    path: '/v1/chat/completions',
    body: {
      model: match.model ?? 'gpt-4o',
      messages: messages(match),
      ...(offered.length > 0 && { tools: offered }),
      ...(match.responseFormat && { response_format: { type: match.responseFormat } }),
      ...(stream && { stream, stream_options: { include_usage: true } }),
    },
  };
}

function responses({ match, response }, stream) {
  const offered = tools(match, response).map(({ function: named }) => ({ type: 'function', strict: false, ...named }));
  return {
    path: '/v1/responses',
    body: {
      model: match.model ?? 'gpt-4o',
      input: items(messages(match)),
      ...(offered.length > 0 && { tools: offered }),
      ...(stream && { stream }),
    },
  };
}

const embeddings = ({ match }) => ({
  path: '/v1/embeddings',
  body: {
    model: match.model ?? 'text-embedding-3-small',
    input: match.inputText ?? 'Well?',
    encoding_format: 'float',
  },
});

const transcriptions = () => ({
  path: '/v1/audio/transcriptions',
  form: { model: 'whisper-1', file: new File(['RIFF'], 'a.wav', { type: 'audio/wav' }) },
});

const images = ({ match }) => ({
  path: '/v1/images/generations',
  body: { model: match.model ?? 'gpt-image-1', prompt: match.userMessage ?? 'A fjord' },
});

/** Ways to ask for what a fixture answers, each with the requests that the fixtures of a file are asked by. */
const WAYS = {
  chat: (fixture) => chat(fixture, false),
  'chat, streamed': (fixture) => chat(fixture, true),
  responses: (fixture) => responses(fixture, false),
  'responses, streamed': (fixture) => responses(fixture, true),
  embeddings,
  images,
  transcriptions,
};

/** Which of them a fixture is asked in; none where it is for an endpoint that is not served. */
function ways({ match, response }) {
  const { inputText, endpoint } = match;
  if (inputText !== undefined || endpoint === 'embedding' || response.embedding) return ['embeddings'];
  if (endpoint === 'image' || response.image || response.images) return ['images'];
  if (endpoint === 'transcription') return ['transcriptions'];
  if (endpoint !== undefined && endpoint !== 'chat') return [];
  // aimock looks for the format where only chat has it.
  return Object.keys(WAYS).slice(0, match.responseFormat ? 2 : 4);
}

/** Each way with its requests, in the order of the fixtures. */
export function asked(fixtures) {
  const runs = Object.keys(WAYS).map((way) => {
    const those = fixtures.filter((fixture) => ways(fixture).includes(way));
    const withContext = ({ match: { context } }) => (context ? { headers: { 'x-aimock-context': context } } : {});
    return { way, requests: those.map((fixture) => ({ ...WAYS[way](fixture), ...withContext(fixture) })) };
  });
  return runs.filter(({ requests }) => requests.length > 0);
}
