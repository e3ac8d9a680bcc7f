/** Something that may come next. */
export interface Candidate {
  readonly value: string;
  /** What it is, for shells that show that; may be empty. */
  readonly text: string;
}

/** All that may. */
export interface Candidates {
  readonly values: readonly Candidate[];
  /** Paths may come too. */
  readonly files?: boolean;
}
