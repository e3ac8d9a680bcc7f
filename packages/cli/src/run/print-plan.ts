import type { ParsedScenario, RunPlan } from '@tokenstorm/core';
import { planView } from './plan.ts';
import { estimateJson } from '../view/estimate-json.ts';
import { planText } from '../view/plan.ts';
import { textWidth, wantsColours } from '../view/style.ts';

/** Prints the resolved plan on stdout, with what was probably not meant: for people, or as JSON. */
export function printPlan(
  plan: RunPlan,
  parsed: Pick<ParsedScenario, 'warnings' | 'use'>,
  options: { readonly json: boolean; readonly color: boolean },
): void {
  const view = planView(plan, parsed);
  const colours = options.color && wantsColours(process.stdout, process.env);
  const { use, ...plain } = view;
  const text = options.json
    ? `${JSON.stringify({ ...plain, estimate: estimateJson(use) }, null, 2)}\n`
    : planText(view, { width: textWidth(process.stdout), colours });
  process.stdout.write(text);
}
