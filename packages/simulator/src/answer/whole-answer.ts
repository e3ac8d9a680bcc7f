import type { FaultKind } from '../settings/fault.ts';
import { digitsOf, frameOf, idHole } from '../wire/frame.ts';
import type { Frame } from '../wire/frame.ts';
import { responseHead } from '../wire/response-head.ts';
import { commonHeaders, endingOf, stopsInside } from './answer.ts';
import type { Answer, AnswerOrder } from './answer.ts';
import { wholeAnswerMs } from './timed-frame.ts';
import type { Voice } from './voice.ts';

/** The answer to a request that asks for no stream: one JSON body, written when its last token would be due. */
export function wholeAnswer(voice: Voice, order: AnswerOrder): Answer {
  const { behaviour, script } = voice;
  const { request, fault } = order;
  const tokens = voice.visibleTokens(request);
  const { json: template, usage } = voice.body(request);
  const filled = (text: string) => text.replaceAll(idHole, digitsOf(order.id));
  const json = filled(template);
  const body = brokenBody(json, fault, filled(script.errorBody));
  const head = responseHead(200, [
    'content-type: application/json',
    ...(behaviour.framing === 'close' ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    ...commonHeaders(behaviour, order),
  ]);
  const atMs = wholeAnswerMs(behaviour, tokens, order.random);
  const isWhole = body === json && !stopsInside(fault);
  const content = isWhole && tokens > 0 ? { tokens, isReasoning: false } : null;
  const frames: Frame[] = [frameOf(head), frameOf(stopsInside(fault) ? half(body) : body, '', content)];
  return {
    statusCode: 200,
    writes: [{ atMs, frames }],
    ending: endingOf(behaviour, order),
    usage: isWhole ? usage : null,
  };
}

function brokenBody(json: string, fault: FaultKind | null, errorBody: string): string {
  if (fault === 'stream_error') return errorBody;
  return fault === 'truncated' || fault === 'bad_json' ? half(json) : json;
}

function half(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}
