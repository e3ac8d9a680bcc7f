import type { ScenarioOverride } from '@tokenstorm/core';
import { commandLineScenario } from './command-line-scenario.ts';
import { fileChanges } from './file-changes.ts';
import { isPlainObject } from './key-value.ts';
import type { RunOptions } from './run-options.ts';
import { usageError } from './usage-error.ts';

export interface OverrideContext {
  /** The file's content as plain values (before any check); absent where there is no file. */
  readonly document?: unknown;
  /**
   * Looked at for OPENAI_BASE_URL and, together with it, OPENAI_API_KEY (or Anthropic's, for its endpoint type), where
   * there is neither a file nor `--url`.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Base URL of the simulator that `--with-sim` started: every provider is sent there. */
  readonly simulatorUrl?: string;
}

/**
 * The changes that the flags make to the file, or, without one, the whole scenario: one provider named
 * after its dialect and one workload `cli`. A file that is not a map at all gets none: its parser says what is wrong with it.
 * Throws one `E_USAGE` error that lists everything the flags ask for and the file cannot have.
 */
export function scenarioOverrides(
  options: RunOptions,
  context: OverrideContext,
): readonly ScenarioOverride[] {
  if (options.file !== undefined && !isPlainObject(context.document)) return [];
  const problems: string[] = [];
  const overrides =
    options.file === undefined
      ? commandLineScenario(options.scenario, context, problems)
      : fileChanges(options.scenario, context, problems);
  if (problems.length > 0) throw usageError(problems);
  return overrides;
}
