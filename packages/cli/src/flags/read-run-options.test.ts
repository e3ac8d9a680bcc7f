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
        slo: {},
        thresholds: [],
        exports: [],
        allowInvalid: false,
      },
      withSim: false,
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
    [{ client: ['wire'], processes: ['1'], exportLevel: ['summary'], useServerTokenCount: true }, {}],
    [{ endpointType: ['openai-chat'] }, {}],
  ])('%j gives %j', (parsed, expected) => {
    expect(readRunOptions(undefined, parsed)).toMatchObject(expected);
  });

  it.each<readonly [Parsed, string]>([
    [{ isl: ['512'] }, '--isl: not supported yet (use --prompt or --input-file)'],
    [{ fixedSchedule: true }, '--fixed-schedule: not supported yet'],
    [{ redis: ['redis://h'] }, '--redis: not supported yet'],
    [{ client: ['sdk'] }, '--client sdk: not supported yet (only wire)'],
    [{ processes: ['4'] }, '--processes 4: not supported yet (only 1)'],
    [{ exportLevel: ['raw'] }, '--export-level raw: not supported yet (only summary)'],
    [{ endpointType: ['embeddings'] }, '--endpoint-type embeddings: not supported yet (only chat)'],
    [
      { endpoint: ['/generate'] },
      '--endpoint /generate: not supported yet (only paths that end in /v1/chat/completions)',
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
    const { message } = failure({ isl: ['5'], redis: ['r'], concurrency: ['x'], url: ['ftp://h'] });
    expect(message.split('\n')).toEqual([
      '4 problems with the command line:',
      '  - --isl: not supported yet (use --prompt or --input-file)',
      '  - --redis: not supported yet',
      '  - --url: expected an http or https URL',
      '  - --concurrency x: expected a whole number of at least 1',
    ]);
  });
});
