import { TokenstormError } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { readRunOptions } from './read-run-options.ts';

type Parsed = Readonly<Record<string, unknown>>;

function failure(parsed: Parsed): TokenstormError {
  try {
    readRunOptions(undefined, parsed);
  } catch (error) {
    if (error instanceof TokenstormError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readRunOptions', () => {
  it('has defaults only for what is not the scenario', () => {
    expect(readRunOptions('a.yaml', { color: true })).toEqual({
      file: 'a.yaml',
      scenario: {
        models: [],
        headers: {},
        extraBody: {},
        scoreTargets: {},
        slo: {},
        thresholds: [],
        exports: [],
        allowInvalid: false,
      },
      withSim: false,
      preflight: true,
      debug: false,
      json: false,
      dryRun: false,
      progress: 'live',
      color: true,
      failOn: 'invalid',
    });
  });

  it.each<readonly [Parsed, Parsed]>([
    [{ ui: ['simple'] }, { progress: 'lines' }],
    [{ ui: ['none'] }, { progress: 'none' }],
    [{ quiet: true, ui: ['simple'] }, { progress: 'none' }],
    [
      { color: false, json: true, dryRun: true },
      { color: false, json: true, dryRun: true },
    ],
    [
      { failOn: ['suspect'], shards: ['8'] },
      { failOn: 'suspect', shards: 8 },
    ],
    [{ processes: ['1'] }, { processes: 1 }],
    [{ processes: ['auto'] }, { processes: 'auto' }],
    [{ client: ['wire'], exportLevel: ['summary'], useServerTokenCount: true }, {}],
    [{ endpointType: ['openai-chat'] }, { scenario: { endpointType: 'chat' } }],
    [{ endpointType: ['openai-responses'] }, { scenario: { endpointType: 'responses' } }],
    [{ endpointType: ['anthropic'] }, { scenario: { endpointType: 'messages' } }],
    [{ endpoint: ['p/v1/messages'] }, { scenario: { endpoint: '/p/v1/messages', endpointType: 'messages' } }],
  ])('%j gives %j', (parsed, expected) => {
    expect(readRunOptions(undefined, parsed)).toMatchObject(expected);
  });

  it.each<readonly [Parsed, unknown]>([
    [{}, undefined],
    [{ snapshotLog: ['a.jsonl'] }, 'a.jsonl'],
    [{ snapshotLog: false }, false],
  ])('%j keeps the snapshots where it says', (parsed, snapshotLog) => {
    expect(readRunOptions('a.yaml', parsed).snapshotLog).toBe(snapshotLog);
  });

  it.each<readonly [Parsed, readonly string[]]>([
    [{ exportLevel: ['summary'] }, []],
    [{ exportLevel: ['records'] }, ['jsonl={run}.requests.jsonl']],
    [{ exportLevel: ['records'], output: ['r.json'] }, ['json=r.json', 'jsonl={run}.requests.jsonl']],
    [{ exportLevel: ['records'], export: ['csv=r.csv'] }, ['csv=r.csv']],
    [
      { exportLevel: ['records'], export: ['influxdb=http://h'] },
      ['influxdb=http://h', 'jsonl={run}.requests.jsonl'],
    ],
  ])('%j exports %j', (parsed, exports) => {
    const { scenario } = readRunOptions('a.yaml', parsed);
    expect(scenario.exports.map(({ format, path }) => `${format}=${path}`)).toEqual(exports);
  });

  it.each<readonly [Parsed, string]>([
    [{ percentiles: ['99'] }, '--percentiles: not supported yet (the report has p1 to p99.9)'],
    [{ fixedSchedule: true }, '--fixed-schedule: not supported yet'],
    [{ replaySpeedup: ['2'] }, '--replay-speedup: not supported yet'],
    [{ client: ['fetch'] }, '--client fetch: expected wire or sdk'],
    ...['0', '257', '1.5', '', 'all'].map(
      (processes) =>
        [
          { processes: [processes] },
          `--processes ${processes}: expected auto or a whole number of at least 1 and at most 256`,
        ] as const,
    ),
    [{ exportLevel: ['raw'] }, '--export-level raw: expected summary or records'],
    [{ snapshotLog: [''] }, '--snapshot-log: expected a path'],
    [
      { endpointType: ['embeddings'] },
      '--endpoint-type embeddings: not supported yet (only chat, responses, messages)',
    ],
    [
      { endpointType: ['responses'], endpoint: ['/v1/messages'] },
      '--endpoint /v1/messages: not supported yet (only paths that end in /v1/responses)',
    ],
    [
      { endpoint: ['/generate'] },
      '--endpoint /generate: not supported yet (only paths that end in /v1/chat/completions or /v1/responses or /v1/messages)',
    ],
    [{ requestRate: ['fast'] }, '--request-rate fast: expected a number above 0'],
    [{ requestRate: ['0'] }, '--request-rate 0: expected a number above 0'],
    [{ requestRate: [''] }, '--request-rate : expected a number above 0'],
    [
      { requestRate: ['inf'] },
      '--request-rate inf: all requests at once are --concurrency N --request-count N',
    ],
    [{ requestRate: ['5', '6'] }, '--request-rate is given 2 times, with its aliases counted'],
    [{ concurrency: ['1.5'] }, '--concurrency 1.5: expected a whole number of at least 1'],
    [{ duration: ['soon'] }, '--duration soon: expected a duration such as 30s or 5m'],
    [{ arrivalPattern: ['uniform'] }, '--arrival-pattern uniform: expected constant or poisson or gamma'],
    [{ arrivalPattern: ['gamma'] }, '--arrival-pattern gamma needs --burstiness, such as 0.5'],
    [
      { arrivalPattern: ['poisson'], burstiness: ['2'] },
      '--burstiness is for --arrival-pattern gamma, not poisson',
    ],
    [{ duration: ['1s'], requestCount: ['5'] }, '--duration and --request-count: choose one'],
    [{ url: ['ftp://h'] }, '--url: expected an http or https URL'],
    [{ withSim: true, url: ['http://h'] }, '--with-sim and --url: choose one'],
    [{ header: ['nothing'] }, '--header: expected name:value'],
    [{ extraInputs: ['nothing'] }, '--extra-inputs nothing: expected key:value'],
    [{ extraRequestBody: ['[1]'] }, '--extra-request-body: expected a JSON object'],
    [
      { threshold: ['ttft'] },
      "--threshold ttft: expected 'metric: condition', such as 'ttft: p(95) < 800ms'",
    ],
    [{ export: ['json'] }, '--export json: expected format=path, such as json=report.json'],
    [{ maxErrorRate: ['lots'] }, '--max-error-rate lots: expected a share such as 5% or 0.05'],
    [{ prompt: [' '] }, '--prompt: expected a text that is not empty'],
  ])('refuses %j', (parsed, message) => {
    const error = failure(parsed);
    expect([error.message, error.code, error.exitCode]).toEqual([message, 'E_USAGE', 2]);
  });

  it('tells what to use instead of users beside a rate', () => {
    expect(failure({ requestRate: ['5'], concurrency: ['2'] }).message).toContain('--max-concurrency limits');
  });

  it.each<Parsed>([
    { apiKey: ['sk-very-secret'] },
    { header: ['Authorization: Bearer sk-very-secret'] },
    { url: ['http://me:sk-very-secret@h'] },
  ])('never repeats a secret: %j', (parsed) => {
    expect(failure(parsed).message).not.toContain('secret@');
    expect(failure(parsed).message).not.toContain('sk-very-secret');
  });

  it('names everything that is wrong in one error', () => {
    const { message } = failure({
      percentiles: ['5'],
      replaySpeedup: ['2'],
      concurrency: ['x'],
      url: ['ftp://h'],
    });
    expect(message.split('\n')).toEqual([
      '4 problems with the command line:',
      '  - --percentiles: not supported yet (the report has p1 to p99.9)',
      '  - --replay-speedup: not supported yet',
      '  - --url: expected an http or https URL',
      '  - --concurrency x: expected a whole number of at least 1',
    ]);
  });
});
