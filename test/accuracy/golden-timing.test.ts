import type { MetricSummaries } from '@tokenstorm/core';
import type { ModelBehaviour } from '@tokenstorm/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runScenario } from '../support/run.ts';
import type { RunOutcome } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { expectGaps, expectLatency } from '../support/timing-tolerance.ts';
import { quantileOf, readNoise, readTruth, truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { truthTimes, truthTimesPerToken } from '../support/truth-times.ts';

/** Gaps are long enough to be told apart from the machine's noise. */
const usual: Partial<ModelBehaviour> = {
  ttftMs: { lognormal: { medianMs: 90, sigma: 0.3 } },
  itlMs: { lognormal: { medianMs: 14, sigma: 0.25 } },
  tokens: 14,
};

const models: Readonly<Record<string, Partial<ModelBehaviour>>> = {
  plain: {},
  'early role, pings': { role: 'early', pingMs: 30 },
  'pause before the end': { tailMs: 120 },
  'hidden reasoning': { hiddenReasoningTokens: 140 },
  'reasoning first': { reasoningTokens: 6 },
  'token ids': { tokensPerEvent: [3, 1, 2], itlMs: 8, tokens: 24, tokenIds: true },
  'large events': { tokensPerEvent: 4, itlMs: 5, tokens: 40 },
};

const scenario = (url: string) => {
  const server = { type: 'openai-compatible', base_url: url };
  return {
    name: 'golden-timing',
    providers: [
      { ...server, name: 'streaming', models: Object.keys(models) },
      { ...server, name: 'whole', models: ['plain'] },
    ],
    defaults: { prompt: 'When?', executor: 'constant-arrival-rate', rate: 8, duration: '4s' },
    workload: {
      scenarios: [
        { name: 'streamed', providers: ['streaming'] },
        { name: 'whole', providers: ['whole'], stream: false },
      ],
    },
  };
};

let simulator: SimulatorProcess;
let run: RunOutcome;
let truth: readonly Truth[];
let noiseMs: number;

async function measure(): Promise<void> {
  await simulator.reset();
  run = await runScenario(scenario(simulator.url));
  truth = await readTruth(simulator.url);
  noiseMs = await readNoise(simulator.url);
}

beforeAll(async () => {
  simulator = await simulatorProcess();
  await simulator.setModels(
    Object.fromEntries(Object.entries(models).map(([name, changes]) => [name, { ...usual, ...changes }])),
  );
  await measure();
});

afterAll(() => simulator.close());

/** What a busy machine spoils is measured anew; what is wrong is wrong each time. */
const patient = { retry: 2 };

beforeEach(async ({ task }) => {
  if ((task.result?.retryCount ?? 0) > 0) await measure();
});

function metricsOf(model: string, workload = 'streamed'): MetricSummaries {
  const group = run.report.groups.find(
    ({ labels }) => labels.scenario === workload && labels.model === model,
  );
  if (group === undefined) throw new Error(`The report has no group ${workload} ${model}.`);
  return group.metrics;
}

const p50 = (values: readonly number[]) => quantileOf(values, 0.5);

describe.each(Object.keys(models))('%s', (model) => {
  it(
    'TTFT, TTFO, E2E and the end of the stream lie above what was written by no more than the tolerance',
    patient,
    () => {
      const times = truthTimes(truthOf(truth, model, true));
      const { ttft, ttfo, ttfb, e2e, e2e_close } = metricsOf(model);
      expectLatency(ttft, { values: times.ttft, noiseMs });
      expectLatency(ttfo, { values: times.ttfo, noiseMs });
      expectLatency(ttfb, { values: times.ttfb, noiseMs });
      expectLatency(e2e, { values: times.e2e, noiseMs });
      expectLatency(e2e_close, { values: times.e2eClose, noiseMs });
    },
  );

  it('gaps lie around those that were written', patient, () => {
    const times = truthTimes(truthOf(truth, model, true));
    const { icl, itl } = metricsOf(model);
    expectGaps(icl, { values: times.gaps, noiseMs });
    expectGaps(itl, { values: model === 'token ids' ? times.tokenGaps : times.gaps, noiseMs });
  });

  it('time per token is that of the tokens that were streamed', patient, () => {
    const perToken = truthTimesPerToken(truthOf(truth, model, true), model === 'token ids');
    expectGaps(metricsOf(model).tpot, { values: perToken, noiseMs });
  });
});

describe('what must not be in a latency', () => {
  it('a role event sent at once, nor pings: they are the first byte', patient, () => {
    const { ttft, ttfb } = metricsOf('early role, pings');
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

describe('an answer that is not streamed', () => {
  it('ends with its last byte, which is also its first', patient, () => {
    const times = truthTimes(truthOf(truth, 'plain', false));
    const { e2e, e2e_close, ttfb, ...others } = metricsOf('plain', 'whole');
    expectLatency(e2e, { values: times.e2eClose, noiseMs });
    expectLatency(e2e_close, { values: times.e2eClose, noiseMs });
    expectLatency(ttfb, { values: times.ttfb, noiseMs });
    expect(Object.keys(others)).not.toContain('tpot');
  });
});
