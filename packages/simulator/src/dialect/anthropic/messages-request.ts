import { ApiError } from '../../answer/api-error.ts';
import { isObject, partCharacters } from '../../answer/completion-request.ts';
import type { Body, CompletionRequest } from '../../answer/completion-request.ts';

/** What a request may name; the API refuses everything else. `sim` is this server's own. */
const known = new Set(
  `model messages max_tokens cache_control container context_management diagnostics inference_geo mcp_servers metadata
  output_config output_format service_tier sim speed stop_sequences stream system temperature thinking tool_choice tools
  top_k top_p user_profile_id workspace_id`.split(/\s+/),
);

/** Checks a body for the messages endpoint. Throws `ApiError` 400. */
export function readMessagesRequest(body: Body): CompletionRequest {
  const model = text(body, 'model');
  const maxTokens = maxTokensOf(body);
  const characters = messageCharacters(body) + systemCharacters(body);
  const stream = body['stream'] ?? false;
  if (typeof stream !== 'boolean') throw invalid('stream: Input should be a valid boolean');
  checkTemperature(body);
  checkThinking(body, maxTokens);
  const extra = Object.keys(body).find((name) => !known.has(name));
  if (extra !== undefined) throw invalid(`${extra}: Extra inputs are not permitted`);
  return {
    endpoint: 'messages',
    model,
    stream,
    includesUsage: true,
    maxTokens,
    promptCharacters: characters,
    parameters: body,
    changes: body['sim'],
  };
}

function text(body: Body, param: string): string {
  const value = body[param];
  if (value === undefined) throw invalid(`${param}: Field required`);
  if (typeof value !== 'string') throw invalid(`${param}: Input should be a valid string`);
  if (value === '') throw invalid(`${param}: String should have at least 1 character`);
  return value;
}

function maxTokensOf(body: Body): number {
  const value = body['max_tokens'];
  if (value === undefined) throw invalid('max_tokens: Field required');
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw invalid('max_tokens: Input should be a valid integer');
  if (value < 1) throw invalid('max_tokens: Input should be greater than or equal to 1');
  return value;
}

function messageCharacters({ messages }: Body): number {
  if (messages === undefined) throw invalid('messages: Field required');
  if (!Array.isArray(messages)) throw invalid('messages: Input should be a valid list');
  if (messages.length === 0) throw invalid('messages: at least one message is required');
  return messages.reduce<number>((sum, message, index) => sum + charactersOf(message, index), 0);
}

function charactersOf(message: unknown, index: number): number {
  if (!isObject(message)) throw invalid(`messages.${index}: Input should be a valid dictionary`);
  const role = message['role'];
  if (role !== 'user' && role !== 'assistant') {
    const hint =
      role === 'system' ? ' The Messages API accepts a top-level `system` parameter, not an input role.' : '';
    throw invalid(`messages.${index}: Unexpected role ${JSON.stringify(role)}.${hint}`);
  }
  const characters = contentCharacters(message['content'], `messages.${index}.content`);
  if (characters === 0 && message['content'] === '')
    throw invalid(`messages.${index}: user messages must have non-empty content`);
  return characters;
}

function systemCharacters({ system }: Body): number {
  return system === undefined ? 0 : contentCharacters(system, 'system');
}

function contentCharacters(content: unknown, at: string): number {
  if (typeof content === 'string') return content.length;
  if (!Array.isArray(content)) throw invalid(`${at}: Input should be a valid list`);
  return partCharacters(content, () => {
    throw invalid(`${at}: Input should be a valid dictionary`);
  });
}

function checkTemperature({ temperature, thinking }: Body): void {
  if (temperature === undefined) return;
  if (typeof temperature !== 'number') throw invalid('temperature: Input should be a valid number');
  if (temperature < 0 || temperature > 1) throw invalid('temperature: range: 0..1');
  if (isThinking(thinking) && temperature !== 1)
    throw invalid('`temperature` may only be set to 1 when thinking is enabled.');
}

function checkThinking({ thinking }: Body, maxTokens: number): void {
  if (thinking === undefined || thinking === null) return;
  if (!isObject(thinking)) throw invalid('thinking: Input should be a valid dictionary');
  if (thinking['type'] !== 'enabled') return;
  const budget = thinking['budget_tokens'];
  if (typeof budget !== 'number') throw invalid('thinking.enabled.budget_tokens: Field required');
  if (budget < 1_024)
    throw invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  if (budget >= maxTokens) throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
}

function isThinking(thinking: unknown): boolean {
  return isObject(thinking) && (thinking['type'] === 'enabled' || thinking['type'] === 'adaptive');
}

function invalid(message: string): ApiError {
  return new ApiError(400, message);
}
