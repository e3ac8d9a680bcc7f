import { exitCodes, parseScenario } from '@tokenstorm/core';
import type { ValidateOptions } from '../program.ts';
import { readSource, scenarioContext } from '../run/load-scenario.ts';
import { planRun, planView } from '../run/plan.ts';
import { planText } from '../view/plan.ts';
import { textWidth, wantsColours } from '../view/style.ts';

/** `tokenstorm validate`: the resolved plan of a scenario file, or everything that is wrong with it. Sends nothing. */
export async function validateCommand(options: ValidateOptions): Promise<number> {
  const { scenario } = parseScenario(readSource(options.file), scenarioContext(process.env, false));
  const view = planView(planRun(scenario));
  const colours = options.color && wantsColours(process.stdout, process.env);
  const text = options.json
    ? `${JSON.stringify(view, null, 2)}\n`
    : planText(view, { width: textWidth(process.stdout), colours });
  process.stdout.write(text);
  return exitCodes.passed;
}
