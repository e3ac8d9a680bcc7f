import { ApiError } from './api-error.ts';

export type Endpoint = 'chat' | 'completions';

/** What a checked request asks for. */
export interface CompletionRequest {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly stream: boolean;
  readonly includesUsage: boolean;
  /** `null` where it was not given. */
  readonly maxTokens: number | null;
  /** Of all message or prompt texts. */
  readonly promptCharacters: number;
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  /** The body's own changes to the behaviour, unchecked; `undefined` where there are none. */
  readonly changes: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/** The JSON object of a request body. Throws `ApiError` 400. */
export function parseJsonBody(bytes: Buffer): Body {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not JSON';
    throw new ApiError(400, `We could not parse the JSON body of your request: ${reason}`);
  }
  if (!isObject(body)) throw new ApiError(400, 'The request body must be a JSON object.');
  return body;
}

/** Checks a body as the API does. Throws `ApiError` 400. */
export function readCompletionRequest(endpoint: Endpoint, body: Body): CompletionRequest {
  if (typeof body['model'] !== 'string' || body['model'] === '') {
    throw new ApiError(400, 'you must provide a model parameter', { param: 'model' });
  }
  const stream = flag(body, 'stream');
  const maxTokens = wholeNumber(body, 'max_completion_tokens') ?? wholeNumber(body, 'max_tokens');
  checkTemperature(body);
  const options = body['stream_options'] ?? null;
  if (options !== null && (!stream || !isObject(options))) {
    const message = "The 'stream_options' parameter is only allowed, as an object, when 'stream' is enabled.";
    throw new ApiError(400, message, { param: 'stream_options' });
  }
  return {
    endpoint,
    model: body['model'],
    stream,
    includesUsage: isObject(options) && options['include_usage'] === true,
    maxTokens,
    promptCharacters: endpoint === 'chat' ? messageCharacters(body) : promptCharacters(body),
    parameters: Object.keys(body),
    changes: body['sim'],
  };
}

function messageCharacters(body: Body): number {
  const messages = body['messages'];
  if (messages === undefined) throw missing('messages');
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array of objects');
  if (messages.length === 0) {
    throw new ApiError(400, "Invalid 'messages': empty array.", { param: 'messages', code: 'empty_array' });
  }
  let characters = 0;
  for (const [index, message] of messages.entries())
    characters += charactersOf(message, `messages[${index}]`);
  return characters;
}

function charactersOf(message: unknown, param: string): number {
  if (!isObject(message)) throw wrongType(param, 'an object');
  if (!roles.has(String(message['role']))) {
    throw new ApiError(400, `Invalid value for '${param}.role'.`, {
      param: `${param}.role`,
      code: 'invalid_value',
    });
  }
  const content = message['content'];
  if (typeof content === 'string') return content.length;
  if (Array.isArray(content))
    return content.reduce<number>((sum, part) => sum + partCharacters(part, param), 0);
  const mayBeEmpty = message['role'] === 'assistant' && (content === null || content === undefined);
  if (mayBeEmpty) return 0;
  throw wrongType(`${param}.content`, 'a string or an array of content parts');
}

function partCharacters(part: unknown, param: string): number {
  if (!isObject(part) || typeof part['type'] !== 'string')
    throw wrongType(`${param}.content`, 'content parts');
  return typeof part['text'] === 'string' ? part['text'].length : 0;
}

function promptCharacters(body: Body): number {
  const prompt = body['prompt'];
  if (prompt === undefined) throw missing('prompt');
  if (typeof prompt === 'string') return prompt.length;
  const isList = Array.isArray(prompt) && prompt.every((item) => typeof item === 'string');
  if (!isList) throw wrongType('prompt', 'a string or an array of strings');
  return prompt.reduce<number>((sum, text) => sum + text.length, 0);
}

function flag(body: Body, param: string): boolean {
  const value = body[param] ?? false;
  if (typeof value !== 'boolean') throw wrongType(param, 'a boolean');
  return value;
}

function wholeNumber(body: Body, param: string): number | null {
  const value = body[param] ?? null;
  if (value === null) return null;
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
  if (!isWhole) throw wrongType(param, 'an integer of at least 1');
  return value;
}

function checkTemperature(body: Body): void {
  const value = body['temperature'] ?? null;
  if (value === null || (typeof value === 'number' && value >= 0 && value <= 2)) return;
  throw wrongType('temperature', 'a number from 0 to 2');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missing(param: string): ApiError {
  return new ApiError(400, `Missing required parameter: '${param}'.`, {
    param,
    code: 'missing_required_parameter',
  });
}

function wrongType(param: string, wanted: string): ApiError {
  return new ApiError(400, `Invalid type for '${param}': expected ${wanted}.`, {
    param,
    code: 'invalid_type',
  });
}
