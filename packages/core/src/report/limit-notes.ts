import type { LimitUse } from '../metrics/limit-use.ts';
import type { LimitDimension } from '../ports.ts';
import { configuredPerMinute, limitNouns } from '../scenario/limit-rates.ts';
import type { ProviderLimits } from '../scenario/scenario.ts';

/** What must be said of the limits that a run kept by itself: sentences for the report's `notes`. */
export function limitNotes(limits: readonly ProviderLimits[], uses: readonly LimitUse[]): string[] {
  return limits.flatMap((configured) => {
    const use = uses.find(({ provider }) => provider === configured.provider);
    return use === undefined ? [] : notesOf(configured, use);
  });
}

function notesOf(configured: ProviderLimits, use: LimitUse): string[] {
  const { provider, debtTokens, assumedOutputs } = use;
  const notes = loweredNotes(configured, use);
  if (debtTokens > 0) {
    notes.push(
      `The limits of ${provider} were charged ${count(debtTokens)} tokens after the answers, more than was reserved for them: for these tokens a minute may have been above its limit.`,
    );
  }
  if (assumedOutputs > 0 && limitsOutput(configured)) {
    notes.push(
      `For ${count(assumedOutputs)} ${assumedOutputs === 1 ? 'attempt' : 'attempts'} at ${provider} without \`max_tokens\`, before its first answer, 1,024 output tokens were reserved; later ones reserved the p95 of the answers so far.`,
    );
  }
  return notes;
}

/** The server said less than the scenario. */
function loweredNotes(configured: ProviderLimits, { provider, statedPerMinute }: LimitUse): string[] {
  const rates = configuredPerMinute(configured);
  return (Object.keys(statedPerMinute) as LimitDimension[]).flatMap((dimension) => {
    const stated = statedPerMinute[dimension];
    const asked = rates[dimension];
    if (stated === undefined || asked === undefined) return [];
    const noun = limitNouns[dimension];
    return [
      `${provider} says ${count(stated)} ${noun} a minute, the scenario ${count(asked)}: ${count(stated)} was kept.`,
    ];
  });
}

function limitsOutput({ tokensPerMinute, outputTokensPerMinute }: ProviderLimits): boolean {
  return tokensPerMinute !== undefined || outputTokensPerMinute !== undefined;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
