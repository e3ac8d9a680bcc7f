import { exitCodes, parseScenario } from '@tokenstorm/core';
import type { ValidateOptions } from '../program.ts';
import { readSource, scenarioContext } from '../run/load-scenario.ts';
import { planRun } from '../run/plan.ts';
import { printPlan } from '../run/print-plan.ts';

/** `tokenstorm validate`: the resolved plan of a scenario file, or everything that is wrong with it. Sends nothing. */
export async function validateCommand(options: ValidateOptions): Promise<number> {
  const parsed = parseScenario(readSource(options.file), scenarioContext(process.env, false));
  printPlan(planRun(parsed.scenario), parsed, options);
  return exitCodes.passed;
}
