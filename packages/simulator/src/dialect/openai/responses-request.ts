import { ApiError } from '../../answer/api-error.ts';
import { isObject, partCharacters } from '../../answer/completion-request.ts';
import type { Body, CompletionRequest } from '../../answer/completion-request.ts';
import { checkTemperature, flag, missing, modelName, wholeNumber, wrongType } from './body-checks.ts';

/** Parameters of the chat endpoint that have another name here. */
const moved: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
};

/** Checks a body for the responses endpoint. Throws `ApiError` 400. */
export function readResponsesRequest(body: Body): CompletionRequest {
  const model = modelName(body);
  checkNames(body);
  const stream = flag(body, 'stream');
  const maxTokens = wholeNumber(body, 'max_output_tokens');
  checkTemperature(body);
  checkStreamOptions(body, stream);
  return {
    endpoint: 'responses',
    model,
    stream,
    includesUsage: true,
    maxTokens,
    promptCharacters: inputCharacters(body) + instructionCharacters(body),
    parameters: body,
    changes: body['sim'],
  };
}

function checkNames(body: Body): void {
  const name = Object.keys(moved).find((chatName) => body[chatName] !== undefined);
  if (name === undefined) return;
  const advice = `In the Responses API, this parameter has moved to '${moved[name]}'.`;
  const message = `Unsupported parameter: '${name}'. ${advice}`;
  throw new ApiError(400, message, { param: name, code: 'unsupported_parameter' });
}

function checkStreamOptions(body: Body, stream: boolean): void {
  const options = body['stream_options'] ?? null;
  if (options === null) return;
  if (!isObject(options) || !stream) {
    const message = "The 'stream_options' parameter is only allowed, as an object, when 'stream' is enabled.";
    throw new ApiError(400, message, { param: 'stream_options' });
  }
  const extra = Object.keys(options).find((name) => name !== 'include_obfuscation');
  if (extra === undefined) return;
  const param = `stream_options.${extra}`;
  throw new ApiError(400, `Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' });
}

function inputCharacters({ input }: Body): number {
  if (input === undefined) throw missing('input');
  if (typeof input === 'string') return input.length;
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of items');
  return input.reduce<number>((sum, item, index) => sum + itemCharacters(item, `input[${index}]`), 0);
}

/** Items of other kinds, such as the outputs of tools, count as empty. */
function itemCharacters(item: unknown, param: string): number {
  if (!isObject(item)) throw wrongType(param, 'an object');
  if ((item['type'] ?? 'message') !== 'message') return 0;
  if (!['system', 'developer', 'user', 'assistant'].includes(String(item['role']))) {
    throw new ApiError(400, `Invalid value for '${param}.role'.`, {
      param: `${param}.role`,
      code: 'invalid_value',
    });
  }
  const { content } = item;
  if (typeof content === 'string') return content.length;
  if (!Array.isArray(content)) throw wrongType(`${param}.content`, 'a string or an array of content parts');
  return partCharacters(content, () => {
    throw wrongType(`${param}.content`, 'content parts');
  });
}

function instructionCharacters({ instructions }: Body): number {
  if (instructions === undefined || instructions === null) return 0;
  if (typeof instructions === 'string') return instructions.length;
  throw wrongType('instructions', 'a string');
}
