import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ScenarioText, TokenstormError, parseScenario, plannedUse } from '@tokenstorm/core';
import type { Environment, ParsedScenario, ScenarioSource } from '@tokenstorm/core';
import { scenarioOverrides } from '../flags/scenario-overrides.ts';
import type { RunOptions } from '../flags/run-options.ts';
import { missingScenarioHint } from './missing-scenario.ts';
import { readPrices } from './read-prices.ts';

/** The scenario that a command line asks for: its file, or none, with its flags over it. */
export function loadScenario(
  options: RunOptions,
  environment: Environment,
  context: {
    readonly simulatorUrl?: string;
    readonly sendsRequests: boolean;
    readonly isDistributed?: boolean;
  },
): ParsedScenario {
  const source = options.file === undefined ? undefined : readSource(options.file);
  const overrides = scenarioOverrides(options, {
    environment,
    ...(source !== undefined && { document: new ScenarioText(source.path, source.text).value }),
    ...(context.simulatorUrl !== undefined && { simulatorUrl: context.simulatorUrl }),
  });
  const { sendsRequests, isDistributed = false } = context;
  const parsed = parseScenario(
    source,
    { ...scenarioContext(environment, sendsRequests, options.prices), isDistributed },
    overrides,
  );
  return options.adjust === undefined ? parsed : withItsUse(options.adjust(parsed));
}

/** A scenario that was changed after its parsing uses something else than it would have. */
function withItsUse(parsed: ParsedScenario): ParsedScenario {
  const datasets = new Map(parsed.datasets.map((dataset) => [dataset.id, dataset]));
  return { ...parsed, use: plannedUse(parsed.scenario, datasets) };
}

/** What the parser needs of this machine; `prices` is the path of a price file, by default that of TOKENSTORM_PRICES. */
export function scenarioContext(
  environment: Environment,
  checksWorkerEnvironment: boolean,
  prices: string | undefined = environment['TOKENSTORM_PRICES'] || undefined,
) {
  return {
    env: environment,
    readText: (path: string) => readFileSync(path, 'utf8'),
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    checksWorkerEnvironment,
    ...readPrices(prices),
  };
}

/** Rejects a file that cannot be read, with the reason. */
export function readSource(path: string): ScenarioSource {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'EISDIR';
    const reason = isMissing
      ? `${code === 'ENOENT' ? 'no such file or directory' : 'it is a directory'}: ${path}`
      : message;
    throw new TokenstormError('E_FILE', `cannot read the scenario file: ${reason}`, {
      ...(isMissing && { hint: missingScenarioHint(path) }),
      cause,
    });
  }
}
