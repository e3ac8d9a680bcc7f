import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ScenarioText, TokenstormError, parseScenario } from '@tokenstorm/core';
import type { Environment, ParsedScenario, ScenarioSource } from '@tokenstorm/core';
import { scenarioOverrides } from '../flags/scenario-overrides.ts';
import type { RunOptions } from '../flags/run-options.ts';

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
  return parseScenario(source, { ...scenarioContext(environment, sendsRequests), isDistributed }, overrides);
}

/** What the parser needs of this machine. */
export function scenarioContext(environment: Environment, checksWorkerEnvironment: boolean) {
  return {
    env: environment,
    readText: (path: string) => readFileSync(path, 'utf8'),
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    checksWorkerEnvironment,
  };
}

/** Rejects a file that cannot be read, with the reason. */
export function readSource(path: string): ScenarioSource {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenstormError('E_FILE', `cannot read the scenario file: ${reason}`, {
      hint: 'tokenstorm run FILE takes the path of a YAML or JSON file; scenarios/ holds examples.',
      cause,
    });
  }
}
