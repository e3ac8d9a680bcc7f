import type { ProbeResult, TargetProbe } from '@tokenstorm/worker';
import { countText, measureText } from './number-text.ts';
import { pageText, plainText } from './page.ts';
import { probeFindings } from './probe-findings.ts';
import { styleOf } from './style.ts';
import { labelled } from './wrap.ts';

/** What a probe of one target is shown from. */
export interface ProbedTarget extends TargetProbe {
  /** What the server says of its rate limits, by dimension. */
  readonly limits: readonly ObservedLimit[];
}

/** One limit as the response's headers state it. What they do not say is `null`. */
export interface ObservedLimit {
  readonly dimension: string;
  readonly per_minute: number | null;
  readonly remaining: number | null;
}

/** What probes showed, for people: one block for each target. */
export function probeText(
  probed: readonly ProbedTarget[],
  options: { readonly width: number; readonly colours: boolean },
): string {
  const style = styleOf(options.colours);
  return pageText(
    probed.flatMap((one) => {
      const { failure } = one.result;
      const verdict = failure === undefined ? style.good('OK') : style.bad('FAILED');
      const lines = facts(one).flatMap(([label, text]) => labelled(label.padEnd(13), text, options.width));
      const findings = probeFindings(one.result).flatMap((text) => labelled('- ', text, options.width));
      return [[`${style.title(plainText(one.target.key))}  ${verdict}`, ...lines], findings];
    }),
  );
}

type Fact = readonly [label: string, text: string];

function facts(probed: ProbedTarget): readonly Fact[] {
  const { target, url, result } = probed;
  const { failure } = result;
  return [
    ['Request', `POST ${plainText(url)} (${target.type}, ${target.endpoint})`],
    ...(failure === undefined
      ? []
      : [['Failure', `${failure.kind}: ${plainText(failure.message)}`] as const]),
    ['Connection', connectionText(result)],
    ...(result.statusCode === undefined ? [] : [['Response', responseText(result)] as const]),
    ...(result.contentEvents === 0 && result.firstByteMs === undefined ? [] : understood(probed)),
  ];
}

function understood({ result, limits }: ProbedTarget): readonly Fact[] {
  return [
    ['Events', eventsText(result)],
    ['Times', timesText(result)],
    ['Usage', usageText(result)],
    ['Rate limits', limits.length === 0 ? 'none stated' : limits.map(limitText).join(', ')],
    ...textFacts(result),
  ];
}

function connectionText({ connection: { reused, dnsMs, tcpMs, tlsMs }, statusCode }: ProbeResult): string {
  if (reused) return 'reused';
  const parts = { dns: dnsMs, tcp: tcpMs, tls: tlsMs };
  const known = Object.entries(parts).flatMap(([name, ms]) =>
    ms === undefined ? [] : [`${name} ${measureText(ms)} ms`],
  );
  if (known.length > 0) return known.join(', ');
  return statusCode === undefined ? 'none' : 'made by undici: its parts are not known';
}

function responseText({ statusCode, headers, headMs, streamed }: ProbeResult): string {
  const type = headers['content-type'] ?? 'no content type';
  const after = headMs === undefined ? '' : `, head after ${measureText(headMs)} ms`;
  const ids = ['x-request-id', 'request-id', 'openai-processing-ms', 'server'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name} ${headers[name]}`],
  );
  return [
    `HTTP ${statusCode}, ${plainText(type)}${after}, ${streamed ? 'streamed' : 'one body'}`,
    ...ids.map(plainText),
  ].join('; ');
}

function eventsText({ events, contentEvents, finishReason, hasEnded }: ProbeResult): string {
  const counts = Object.entries(events).map(([type, count]) => `${countText(count)} ${type}`);
  const ending = [finishReason === undefined ? 'no finish reason' : `finish reason ${finishReason}`];
  return [
    `${countText(contentEvents)} with content`,
    ...counts,
    ...ending,
    ...(hasEnded ? ['end mark'] : []),
  ].join(', ');
}

function timesText(result: ProbeResult): string {
  const times = {
    'first byte': result.firstByteMs,
    'first token': result.firstTokenMs,
    'first of the answer': result.firstAnswerMs,
    'last token': result.lastTokenMs,
    end: result.endMs,
  };
  return Object.entries(times)
    .flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${measureText(ms)} ms`]))
    .join(', ');
}

function usageText({ usage }: ProbeResult): string {
  if (usage === undefined) return 'none stated';
  const counts = {
    input: usage.inputTokens,
    output: usage.outputTokens,
    'of it reasoning': usage.reasoningTokens,
    'input from cache': usage.cachedInputTokens,
    'input to cache': usage.cacheWriteTokens,
  };
  return Object.entries(counts)
    .flatMap(([name, count]) => (count === undefined ? [] : [`${name} ${countText(count)}`]))
    .join(', ');
}

function limitText({ dimension, per_minute, remaining }: ObservedLimit): string {
  const rate = per_minute === null ? '' : ` ${countText(per_minute)} a minute`;
  return `${dimension}${rate}${remaining === null ? '' : ` (${countText(remaining)} left)`}`;
}

function textFacts({ texts }: ProbeResult): readonly Fact[] {
  const labels = {
    'reasoning-delta': 'Reasoning',
    'text-delta': 'Answer',
    'tool-delta': 'Tool call',
    'refusal-delta': 'Refusal',
  } as const;
  return (Object.keys(labels) as (keyof typeof labels)[]).flatMap((type) => {
    const text = texts[type];
    return text === undefined ? [] : [[labels[type], plainText(text)] as const];
  });
}
