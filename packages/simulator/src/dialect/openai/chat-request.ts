import { ApiError } from '../../answer/api-error.ts';
import { isObject, partCharacters } from '../../answer/completion-request.ts';
import type { Body, CompletionRequest } from '../../answer/completion-request.ts';
import { checkTemperature, flag, missing, modelName, wholeNumber, wrongType } from './body-checks.ts';

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/** Checks a body for the chat or the legacy completions endpoint. Throws `ApiError` 400. */
export function readChatRequest(endpoint: 'chat' | 'completions', body: Body): CompletionRequest {
  const model = modelName(body);
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
    model,
    stream,
    includesUsage: isObject(options) && options['include_usage'] === true,
    maxTokens,
    promptCharacters: endpoint === 'chat' ? messageCharacters(body) : promptCharacters(body),
    parameters: body,
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
  if (Array.isArray(content)) {
    return partCharacters(content, () => {
      throw wrongType(`${param}.content`, 'content parts');
    });
  }
  const mayBeEmpty = message['role'] === 'assistant' && (content === null || content === undefined);
  if (mayBeEmpty) return 0;
  throw wrongType(`${param}.content`, 'a string or an array of content parts');
}

function promptCharacters(body: Body): number {
  const prompt = body['prompt'];
  if (prompt === undefined) throw missing('prompt');
  if (typeof prompt === 'string') return prompt.length;
  const isList = Array.isArray(prompt) && prompt.every((item) => typeof item === 'string');
  if (!isList) throw wrongType('prompt', 'a string or an array of strings');
  return prompt.reduce<number>((sum, text) => sum + text.length, 0);
}
