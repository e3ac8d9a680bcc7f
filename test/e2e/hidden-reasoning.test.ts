import type { Report, ReportGroup } from '@tokenstorm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dialectNames, providerOf } from '../support/dialects.ts';
import type { DialectName } from '../support/dialects.ts';
import { runScenario } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { quantileOf, readNoise, readTruth, truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { truthTimesPerToken } from '../support/truth-times.ts';

/** 500 reasoning tokens that are billed and never streamed, then 50 tokens of answer, some 8 ms apart. */
const hidden = 'sim-ttft80-itl8-jitter20-n50-hidden500';
/** The same, but for 20 of the reasoning tokens, which are streamed as a summary. */
const inPart = 'sim-ttft80-itl8-n50-reason20-hidden480';
/** All 20 reasoning tokens are streamed. */
const shown = 'sim-ttft80-itl8-n50-reason20';

/** Thinking that the API does not count apart: older models of Anthropic's, and other servers that speak its API. */
const uncounted = [
  { name: 'omitted', model: `${hidden}-nosplit`, events: 50, tokens: 550 },
  { name: 'redacted', model: `${hidden}-nosplit-redacted`, events: 51, tokens: 550 },
  { name: 'shown in part', model: `${inPart}-nosplit`, events: 70, tokens: 550 },
  { name: 'shown, several tokens in an event', model: `${shown}-nosplit-e5`, events: 14, tokens: 70 },
];
/** The same where each token has an event, so that none can be hidden. */
const shownByToken = `${shown}-nosplit`;

const requests = 20;
const modelsOf = (dialect: DialectName) => [
  hidden,
  inPart,
  shown,
  ...(dialect === 'messages' ? [...uncounted.map(({ model }) => model), shownByToken] : []),
];

const scenario = (dialect: DialectName, url: string) => ({
  providers: [providerOf(dialect, url, modelsOf(dialect))],
  workload: {
    scenarios: [{ name: 'main', prompt: 'Hello', max_tokens: 50, requests, concurrency: 10 }],
  },
  thresholds: {
    // 50 tokens of 8 ms are 125 a second; with the hidden ones it would read 1,375.
    [`output_tokens_per_second{model:${hidden}}`]: ['p(50) < 300', 'p(50) > 20'],
    [`tpot_undefined{model:${inPart}}`]: [`count >= ${requests}`],
    [`tpot_undefined{model:${hidden}}`]: ['count < 1'],
  },
});

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

/** What a busy machine spoils is measured anew. */
const patient = { retry: 2 };

describe.each(dialectNames)('%s', (dialect) => {
  let report: Report;
  let truth: readonly Truth[];
  let noiseMs: number;

  async function measure(): Promise<void> {
    await simulator.reset();
    ({ report } = await runScenario(scenario(dialect, simulator.url)));
    truth = await readTruth(simulator.url);
    noiseMs = await readNoise(simulator.url);
  }

  beforeAll(measure, 60_000);

  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0) await measure();
  }, 60_000);

  function groupOf(model: string): ReportGroup {
    const group = report.groups.find(({ labels }) => labels.model === model);
    if (group === undefined) throw new Error(`The report has no group ${model}.`);
    return group;
  }

  const sentTo = (model: string) => truthOf(truth, model, true);
  const each = <T>(value: T) => Array<T>(requests).fill(value);

  /** TPOT and tok/s are those of the tokens that were streamed: `durationMs` of them, whose ends may each be 6 ms off. */
  function expectTimesPerToken(model: string, durationMs: number): void {
    const perToken = quantileOf(truthTimesPerToken(sentTo(model), false), 0.5);
    const { tpot, output_tokens_per_second: speed } = groupOf(model).metrics;
    expect([tpot?.count, speed?.count]).toEqual([requests, requests]);
    const tolerance = (12 + 2 * noiseMs) / durationMs;
    expect(Math.abs((tpot?.p50 ?? NaN) / perToken - 1)).toBeLessThan(tolerance);
    expect(Math.abs(((speed?.p50 ?? NaN) * perToken) / 1000 - 1)).toBeLessThan(tolerance);
  }

  it('500 hidden and 50 visible tokens: all are counted, and only the visible ones timed', patient, () => {
    const { accounting, tokens } = groupOf(hidden);
    expect(accounting).toMatchObject({ scheduled: requests, completed: requests });
    expect(sentTo(hidden).map((record) => record.tokens)).toEqual(each(50));
    expect(tokens).toMatchObject({ output: 550 * requests, reasoning: 500 * requests, source: 'provider' });
    // (last - first content) / (50 - 1): some 8 ms. Over all 550 tokens it would read 0.7 ms.
    expectTimesPerToken(hidden, 49 * 8);
  });

  it('thresholds see the same', patient, () => {
    expect(report.thresholds.map(({ passed }) => passed)).toEqual([true, true, true, true]);
  });

  it('reasoning that is streamed in part leaves no time per token, and the report says so', () => {
    expect(sentTo(inPart).map((record) => record.reasoning_events)).toEqual(each(20));
    const { tokens, metrics } = groupOf(inPart);
    expect(tokens).toMatchObject({ output: 550 * requests, reasoning: 500 * requests });
    expect([metrics.tpot, metrics.output_tokens_per_second]).toEqual([undefined, undefined]);
    const without = dialect === 'messages' ? requests * (1 + uncounted.length) : requests;
    expect(report.notes.join('\n')).toContain(`${without} completed requests have no time per output token`);
    // Its times are known all the same: the first token is one of reasoning, the first of the answer comes 20 later.
    const { ttft, ttfo, icl } = metrics;
    expect([ttft?.count, ttfo?.count, icl?.count]).toEqual([requests, requests, 69 * requests]);
    expect((ttfo?.p50 ?? NaN) - (ttft?.p50 ?? NaN)).toBeGreaterThan(100);
  });

  it('reasoning that is streamed as a whole is timed as a whole', patient, () => {
    expect(groupOf(shown).tokens).toMatchObject({ output: 70 * requests, reasoning: 20 * requests });
    expect(sentTo(shown).map((record) => record.tokens)).toEqual(each(70));
    expectTimesPerToken(shown, 69 * 8);
  });

  if (dialect !== 'messages') return;

  describe('thinking that is not counted apart', () => {
    it.each(uncounted)('$name: is in the output, and no time per token is guessed', (way) => {
      expect(sentTo(way.model).map((record) => record.content_events)).toEqual(each(way.events));
      const { tokens, metrics } = groupOf(way.model);
      expect(tokens).toMatchObject({ output: way.tokens * requests, reasoning: null, source: 'provider' });
      expect([metrics.tpot, metrics.output_tokens_per_second]).toEqual([undefined, undefined]);
      expect(metrics.icl?.count).toBe((way.events - 1) * requests);
    });

    it('shown token by token: nothing is hidden, so the time per token is known', patient, () => {
      expect(groupOf(shownByToken).tokens).toMatchObject({ output: 70 * requests, reasoning: null });
      expectTimesPerToken(shownByToken, 69 * 8);
    });

    it('the report says how many requests it was', () => {
      const count = requests * (uncounted.length + 1);
      const note = `${count} completed requests have reasoning whose length the API does not state`;
      expect(report.notes.join('\n')).toContain(note);
    });
  });
});
