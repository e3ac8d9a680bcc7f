/** One measured figure and, where it has a goal, its bound. */
export interface Figure {
  /** Such as `G1`. */
  readonly goal: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** Each figure's median over the rounds. A figure is known by its goal and name; of an even number the lower middle one counts. */
export function medians(rounds: readonly (readonly Figure[])[]): Figure[] {
  const [first = []] = rounds;
  return first.map((figure) => {
    const values = rounds.flatMap((round) => round.filter((other) => isSame(figure, other)));
    return { ...figure, value: median(values.map(({ value }) => value)) };
  });
}

/** `true` where the figure keeps its bounds, `undefined` where it has none. */
export function isMet({ value, atMost, atLeast }: Figure): boolean | undefined {
  if (atMost === undefined && atLeast === undefined) return undefined;
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
}

/** The lower median. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[(values.length - 1) >> 1] ?? Number.NaN;
}

function isSame(one: Figure, other: Figure): boolean {
  return one.goal === other.goal && one.name === other.name;
}
