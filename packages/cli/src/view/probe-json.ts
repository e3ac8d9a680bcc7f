import type { ProbedTarget } from './probe.ts';
import { probeFindings } from './probe-findings.ts';

/** What probes showed, as `probe --json` prints it: one object for each target; times in ms, `null` where unknown. */
export function probeJson(probed: readonly ProbedTarget[]): string {
  return `${JSON.stringify(probed.map(probeObject), null, 2)}\n`;
}

function probeObject({ target, url, limits, result }: ProbedTarget): unknown {
  const { connection, usage = {}, failure } = result;
  return {
    target: target.key,
    type: target.type,
    endpoint: target.endpoint,
    url,
    ok: failure === undefined,
    failure:
      failure === undefined ? null : { kind: failure.kind.replaceAll('-', '_'), message: failure.message },
    status_code: result.statusCode ?? null,
    streamed: result.streamed,
    connection: {
      reused: connection.reused,
      dns_ms: connection.dnsMs ?? null,
      tcp_ms: connection.tcpMs ?? null,
      tls_ms: connection.tlsMs ?? null,
    },
    head_ms: result.headMs ?? null,
    ttfb_ms: result.firstByteMs ?? null,
    ttft_ms: result.firstTokenMs ?? null,
    ttfo_ms: result.firstAnswerMs ?? null,
    e2e_ms: result.lastTokenMs ?? null,
    e2e_close_ms: result.endMs,
    events: Object.fromEntries(
      Object.entries(result.events).map(([type, count]) => [type.replaceAll('-', '_'), count]),
    ),
    content_events: result.contentEvents,
    finish_reason: result.finishReason ?? null,
    end_mark: result.hasEnded,
    tokens: {
      input: usage.inputTokens ?? null,
      output: usage.outputTokens ?? null,
      reasoning: usage.reasoningTokens ?? null,
      cached_input: usage.cachedInputTokens ?? null,
      cache_write: usage.cacheWriteTokens ?? null,
    },
    rate_limits: limits,
    missing: probeFindings(result),
  };
}
