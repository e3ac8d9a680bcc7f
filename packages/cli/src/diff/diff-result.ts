import type {
  Difference,
  GroupLabels,
  Judgement,
  RegressionResult,
  Report,
  ValidityLevel,
} from '@tokenstorm/core';

/** What `tokenstorm diff` found, as `--json` prints it. */
export interface DiffResult {
  readonly schema: 'tokenstorm.diff/1';
  /** `failed`: a limit is broken, or there is what `--fail-on` names. `invalid`: a side is, and nothing is concluded. */
  readonly verdict: 'passed' | 'failed' | 'invalid';
  readonly base: readonly ComparedRun[];
  readonly new: readonly ComparedRun[];
  /** 0..1, of each interval by itself. */
  readonly confidence: number;
  /** Of `differences`. */
  readonly counts: Readonly<Record<Judgement, number>>;
  readonly differences: readonly Difference[];
  readonly limits: readonly LimitOutcome[];
  /** Those that both sides have; empty without `--group`. */
  readonly groups: readonly GroupDifferences[];
  /** What a reader should know: sentences. */
  readonly notes: readonly string[];
}

/** One run of a side. */
export interface ComparedRun {
  /** As it was asked for: a path, an id, a tag. */
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly started_at: string;
  readonly validity: ValidityLevel;
  readonly requests: number;
}

/** A limit held to the whole runs, or to one group of theirs. */
export interface LimitOutcome extends RegressionResult {
  /** `null` for the whole runs. */
  readonly group: Partial<GroupLabels> | null;
}

/** The differences of one group. */
export interface GroupDifferences {
  readonly labels: Partial<GroupLabels>;
  readonly differences: readonly Difference[];
}

/** A run as a comparison names it. */
export function comparedRun(source: string, { run, validity, accounting }: Report): ComparedRun {
  return {
    source,
    id: run.id,
    name: run.name,
    started_at: run.started_at,
    validity: validity.level,
    requests: accounting.scheduled,
  };
}
