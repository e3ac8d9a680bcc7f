import type { MetricSummaries } from '@tokenstorm/core';
import type { ModelBehaviour } from '@tokenstorm/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allTraps } from '../support/answer-shapes.ts';
import type { AnswerShapes } from '../support/answer-shapes.ts';
import { dialectNames, providerOf } from '../support/dialects.ts';
import type { DialectName } from '../support/dialects.ts';
import { runScenario } from '../support/run.ts';
import type { RunOutcome } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { expectGaps, expectLatency, noiseIn } from '../support/timing-tolerance.ts';
import { quantileOf, readNoise, readTruth, truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { truthTimes, truthTimesPerToken } from '../support/truth-times.ts';

/** Gaps are long enough to be told apart from the machine's noise. The limit that Anthropic's API wants is far above. */
const usual: Partial<ModelBehaviour> = {
  ttftMs: { lognormal: { medianMs: 90, sigma: 0.3 } },
  itlMs: { lognormal: { medianMs: 14, sigma: 0.25 } },
  tokens: 14,
  maxTokens: 'limit',
};

const everywhere: AnswerShapes = {
  plain: {},
  'early opening, pings': { role: 'early', pingMs: 30 },
  'pause before the end': { tailMs: 120 },
  'hidden reasoning': { hiddenReasoningTokens: 140 },
  'reasoning first': { reasoningTokens: 6 },
  'large events': { tokensPerEvent: 4, itlMs: 5, tokens: 40 },
  'tool call': { answer: 'tool_call' },
  'all traps at once': { ...allTraps, itlMs: 6, tokens: 60 },
};

const ofEach: Readonly<Record<DialectName, AnswerShapes>> = {
  chat: { 'token ids': { tokensPerEvent: [3, 1, 2], itlMs: 8, tokens: 24, tokenIds: true } },
  responses: { refusal: { answer: 'refusal' } },
  messages: { 'redacted thinking': { hiddenReasoningTokens: 140, redactedReasoning: true } },
};

/** Where the log knows more than a client can: reasoning that is there and cannot be counted in tokens. */
const withoutTimePerToken = new Set(['redacted thinking']);

const scenario = (dialect: DialectName, url: string) => ({
  name: `golden-timing ${dialect}`,
  providers: [
    providerOf(dialect, url, Object.keys({ ...everywhere, ...ofEach[dialect] })),
    { ...providerOf(dialect, url, ['plain']), name: 'whole' },
  ],
  defaults: { prompt: 'When?', executor: 'constant-arrival-rate', rate: 8, duration: '4s' },
  workload: {
    scenarios: [
      { name: 'streamed', providers: [dialect] },
      { name: 'whole', providers: ['whole'], stream: false },
    ],
  },
});

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
  const all = { ...everywhere, ...ofEach.chat, ...ofEach.responses, ...ofEach.messages };
  await simulator.setModels(
    Object.fromEntries(Object.entries(all).map(([name, changes]) => [name, { ...usual, ...changes }])),
  );
});

afterAll(() => simulator.close());

/** What a busy machine spoils is measured anew; what is wrong is wrong each time. */
const patient = { retry: 2 };
const p50 = (values: readonly number[]) => quantileOf(values, 0.5);

describe.each(dialectNames)('%s', (dialect) => {
  let run: RunOutcome;
  let truth: readonly Truth[];
  let noiseMs: number;

  async function measure(): Promise<void> {
    await simulator.reset();
    run = await runScenario(scenario(dialect, simulator.url));
    truth = await readTruth(simulator.url);
    noiseMs = noiseIn(run.report, await readNoise(simulator.url));
  }

  beforeAll(measure, 60_000);

  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0) await measure();
  }, 60_000);

  function metricsOf(model: string, workload = 'streamed'): MetricSummaries {
    const group = run.report.groups.find(
      ({ labels }) => labels.scenario === workload && labels.model === model,
    );
    if (group === undefined) throw new Error(`The report has no group ${workload} ${model}.`);
    return group.metrics;
  }

  describe.each(Object.keys({ ...everywhere, ...ofEach[dialect] }))('%s', (model) => {
    it('all times lie above what was written by no more than the tolerance', patient, () => {
      const times = truthTimes(truthOf(truth, model, true));
      const { ttft, ttfo, ttfb, e2e, e2e_close } = metricsOf(model);
      expect(times.ttft).toHaveLength(32);
      expectLatency(ttft, { values: times.ttft, noiseMs });
      expectLatency(ttfo, { values: times.ttfo, noiseMs });
      expectLatency(ttfb, { values: times.ttfb, noiseMs });
      expectLatency(e2e, { values: times.e2e, noiseMs });
      expectLatency(e2e_close, { values: times.e2eClose, noiseMs });
    });

    it('gaps lie around those that were written', patient, () => {
      const times = truthTimes(truthOf(truth, model, true));
      const { icl, itl } = metricsOf(model);
      expectGaps(icl, { values: times.gaps, noiseMs });
      expectGaps(itl, { values: model === 'token ids' ? times.tokenGaps : times.gaps, noiseMs });
    });

    it('time per token is that of the tokens that were streamed', patient, () => {
      const { tpot, output_tokens_per_second: speed } = metricsOf(model);
      if (withoutTimePerToken.has(model)) return expect([tpot, speed]).toEqual([undefined, undefined]);
      const perToken = truthTimesPerToken(truthOf(truth, model, true), model === 'token ids');
      expectGaps(tpot, { values: perToken, noiseMs });
      // The same by the second, one value for each answer.
      expect(speed?.count).toBe(perToken.length);
      const tolerance = (1 + noiseMs) / p50(perToken) + 0.05;
      expect(Math.abs(((speed?.p50 ?? NaN) * p50(perToken)) / 1000 - 1)).toBeLessThan(tolerance);
    });
  });

  describe('what must not be in a latency', () => {
    it('what comes before the first token: it is the first byte', patient, () => {
      const { ttft, ttfb } = metricsOf('early opening, pings');
      expect(ttfb?.p50).toBeLessThan(30);
      expect(ttft?.p50).toBeGreaterThan(60);
    });

    it('the pause between the last token and the end of the stream', patient, () => {
      const { e2e, e2e_close } = metricsOf('pause before the end');
      const times = truthTimes(truthOf(truth, 'pause before the end', true));
      expect(p50(times.e2eClose) - p50(times.e2e)).toBeGreaterThan(100);
      expect((e2e_close?.p50 ?? NaN) - (e2e?.p50 ?? NaN)).toBeGreaterThan(100);
    });

    it('reasoning, in the time to the first output', patient, () => {
      const { ttft, ttfo } = metricsOf('reasoning first');
      expect((ttfo?.p50 ?? NaN) - (ttft?.p50 ?? NaN)).toBeGreaterThan(50);
    });
  });

  it('the name of a tool is the first token: its arguments come later', patient, () => {
    const calls = truthOf(truth, 'tool call', true);
    expect(calls.every(({ content_tokens }) => content_tokens[0] === 0)).toBe(true);
    const { ttft, icl } = metricsOf('tool call');
    const toArguments = p50(calls.map(({ content_ms }) => content_ms[1] ?? NaN));
    expect(toArguments - (ttft?.p50 ?? NaN)).toBeGreaterThan(5);
    expect(icl?.count).toBe(32 * 14);
  });

  it('an answer that is not streamed ends with its last byte, which is also its first', patient, () => {
    const times = truthTimes(truthOf(truth, 'plain', false));
    const { e2e, e2e_close, ttfb, ...others } = metricsOf('plain', 'whole');
    expectLatency(e2e, { values: times.e2eClose, noiseMs });
    expectLatency(e2e_close, { values: times.e2eClose, noiseMs });
    expectLatency(ttfb, { values: times.ttfb, noiseMs });
    expect(Object.keys(others)).not.toContain('tpot');
  });
});
