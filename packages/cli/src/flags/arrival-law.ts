import type { ScenarioFlags } from './run-options.ts';

/** `arrivals` as a scenario file has it; a burstiness alone means gamma. Undefined where no flag asks for a law. */
export function arrivalLaw(
  flags: Pick<ScenarioFlags, 'arrivalPattern' | 'burstiness'>,
): string | { readonly gamma: { readonly burstiness: number } } | undefined {
  if (flags.burstiness !== undefined) return { gamma: { burstiness: flags.burstiness } };
  return flags.arrivalPattern;
}

/** The flag to name in messages about the law. */
export function arrivalLawFlag(flags: Pick<ScenarioFlags, 'arrivalPattern'>): string {
  return flags.arrivalPattern === undefined ? '--burstiness' : '--arrival-pattern';
}
