import { plannedLoad } from './describe.ts';
import type { Scenario } from './scenario.ts';

/** Open streams a process from which on a vendor's SDK measures itself: on `openai`, on `@anthropic-ai/sdk`. */
const streamLimits = { openai: 200, anthropic: 300 };

type Sent = Pick<Scenario, 'execution' | 'targets'>;

/** The open streams a process that the SDKs of a run still bear; `undefined` where our own client sends. */
export function sdkStreamLimit({ execution, targets }: Sent): number | undefined {
  if (execution.client === 'wire') return undefined;
  const hasOpenai = targets.some(({ endpoint }) => endpoint !== 'messages');
  return hasOpenai ? streamLimits.openai : streamLimits.anthropic;
}

/** Says before the start that an SDK will be what is measured. Of open loops nobody knows it before. */
export function sdkWarnings(scenario: Scenario): readonly string[] {
  const limit = sdkStreamLimit(scenario);
  if (limit === undefined) return [];
  const users = plannedLoad(scenario).reduce((sum, { peakVus = 0 }) => sum + peakVus, 0);
  const streams = Math.min(users, scenario.execution.maxConcurrency ?? Infinity);
  return streams <= limit ? [] : [tooMany(`Up to ${streams.toLocaleString('en-US')} streams`, limit)];
}

/** What a reader of a report must know of the SDKs that sent. `streams`: open ones, the mean of a process. */
export function sdkNotes(scenario: Sent, streams: number): readonly string[] {
  const limit = sdkStreamLimit(scenario);
  if (limit === undefined) return [];
  const note =
    "The vendors' SDKs sent the requests: an event's time is that of its hand-over by the SDK, and how connections were made is not known.";
  const mean = `On average ${Math.round(streams).toLocaleString('en-US')} streams`;
  return streams <= limit ? [note] : [note, tooMany(mean, limit)];
}

function tooMany(streams: string, limit: number): string {
  return `${streams} are open at once through an SDK: above about ${limit} a core the SDK itself is what the numbers show. Use client: wire, or more processes.`;
}
