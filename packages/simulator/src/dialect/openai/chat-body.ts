import { wholeSpan } from '../../answer/outline.ts';
import type { Outline } from '../../answer/outline.ts';
import type { WholeBody } from '../../answer/script.ts';
import { argumentsText, jsonOf, spanText, toolName } from '../../answer/words.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import { idHole } from '../../wire/frame.ts';
import { chatIdPrefixes } from './chat-json.ts';
import { chatUsage } from './chat-usage.ts';

/** The whole answer of the chat or the legacy completions endpoint. */
export function chatBody(outline: Outline, model: string, behaviour: ModelBehaviour): WholeBody {
  const { request, tokens, finish } = outline;
  const isChat = request.endpoint === 'chat';
  const reasoning = behaviour.reasoningTokens;
  const usage =
    behaviour.usage === 'never'
      ? null
      : chatUsage(behaviour, request, { all: reasoning + tokens, reasoning });
  const said = isChat
    ? { message: message(tokens, behaviour) }
    : { text: spanText(wholeSpan(tokens, false), behaviour.text) };
  const body = {
    id: chatIdPrefixes[isChat ? 'chat' : 'completions'] + idHole,
    object: isChat ? 'chat.completion' : 'text_completion',
    created: Math.floor(Date.now() / 1_000),
    model,
    choices: [{ index: 0, ...said, logprobs: null, finish_reason: finish }],
    ...(usage && { usage: usage.object }),
  };
  return { json: jsonOf(body, behaviour.text), usage };
}

function message(tokens: number, behaviour: ModelBehaviour): unknown {
  const { reasoningTokens, reasoningField, text } = behaviour;
  const thought = spanText(wholeSpan(reasoningTokens, true), text);
  return {
    role: 'assistant',
    ...answerFields(tokens, behaviour),
    ...(reasoningTokens > 0 && { [reasoningField]: thought }),
  };
}

function answerFields(tokens: number, { answer, text }: ModelBehaviour): object {
  const span = wholeSpan(tokens, false);
  if (answer === 'none') return { content: null };
  if (answer === 'refusal') return { content: null, refusal: spanText(span, text) };
  if (answer === 'text') return { content: spanText(span, text), refusal: null };
  const called = { name: toolName, arguments: argumentsText(span, text) };
  return { content: null, tool_calls: [{ id: 'call_000000000001', type: 'function', function: called }] };
}
