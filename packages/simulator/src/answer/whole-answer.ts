import type { FaultKind } from '../settings/fault.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { TruthUsage } from '../truth/truth-record.ts';
import { frameOf, idHole } from '../wire/frame.ts';
import type { Frame } from '../wire/frame.ts';
import { responseHead } from '../wire/response-head.ts';
import { commonHeaders, endingOf, stopsInside } from './answer.ts';
import type { Answer, AnswerOrder } from './answer.ts';
import { errorUnder200 } from './break-stream.ts';
import type { CompletionRequest } from './completion-request.ts';
import { wholeAnswerMs } from './timed-frame.ts';
import { usageOf } from './usage.ts';
import { answerTokens, finishReason } from './voice.ts';
import type { Voice } from './voice.ts';

/** The answer to a request that asks for no stream: one JSON body, written when its last token would be due. */
export function wholeAnswer(voice: Voice, order: AnswerOrder): Answer {
  const { behaviour } = voice;
  const { request, fault } = order;
  const tokens = answerTokens(behaviour, request);
  const streamed = behaviour.reasoningTokens + tokens;
  const usage = usageOf(behaviour, request, streamed, behaviour.reasoningTokens);
  const sent = behaviour.usage === 'never' ? null : usage;
  const json = bodyJson(voice, request, tokens, sent).replaceAll(idHole, order.id);
  const body = brokenBody(json, fault);
  const head = responseHead(200, [
    'content-type: application/json',
    ...(behaviour.framing === 'close' ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    ...commonHeaders(behaviour, order),
  ]);
  const atMs = wholeAnswerMs(behaviour, streamed, order.random);
  const isWhole = body === json && !stopsInside(fault);
  const frames: Frame[] = [
    frameOf(head),
    frameOf(stopsInside(fault) ? half(body) : body, '', isWhole ? streamed : 0),
  ];
  const usageSent = isWhole ? sent : null;
  return {
    statusCode: 200,
    writes: [{ atMs, frames }],
    ending: endingOf(behaviour, order),
    usage: usageSent,
  };
}

function brokenBody(json: string, fault: FaultKind | null): string {
  if (fault === 'stream_error') return errorUnder200();
  return fault === 'truncated' || fault === 'bad_json' ? half(json) : json;
}

function half(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}

function bodyJson(
  voice: Voice,
  request: CompletionRequest,
  tokens: number,
  usage: TruthUsage | null,
): string {
  const isChat = request.endpoint === 'chat';
  const reason = `"${finishReason(voice.behaviour, request, tokens)}"`;
  const said = isChat ? `"message":${messageJson(voice, tokens)}` : `"text":${answerText(voice, tokens)}`;
  const choice = `{"index":0,${said},"logprobs":null,"finish_reason":${reason}}`;
  const type = isChat ? 'chat.completion' : 'text_completion';
  const start = `{"id":"${idHole}","object":"${type}","created":${Math.floor(Date.now() / 1_000)},`;
  const counts = usage === null ? '' : `,"usage":${JSON.stringify(usage)}`;
  return `${start}"model":${JSON.stringify(request.model)},"choices":[${choice}]${counts}}`;
}

function messageJson(voice: Voice, tokens: number): string {
  const { behaviour } = voice;
  const text = answerText(voice, tokens);
  const reasoning = { from: 0, count: behaviour.reasoningTokens, isReasoning: true };
  const thought = reasoning.count > 0 ? `,"${behaviour.reasoningField}":${voice.textLiteral(reasoning)}` : '';
  return `{"role":"assistant",${answerFields(behaviour, text)}${thought}}`;
}

function answerFields({ answer }: ModelBehaviour, text: string): string {
  if (answer === 'none') return '"content":null';
  if (answer === 'refusal') return `"content":null,"refusal":${text}`;
  if (answer === 'text') return `"content":${text},"refusal":null`;
  const call = `{"id":"call_000000000001","type":"function","function":{"name":"get_weather","arguments":${text}}}`;
  return `"content":null,"tool_calls":[${call}]`;
}

function answerText(voice: Voice, tokens: number): string {
  return voice.textLiteral({ from: 0, count: tokens, isReasoning: false });
}
