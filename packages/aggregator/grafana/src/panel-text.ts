/** What every panel has beside its data: `DataPanel` less its place. */
export interface PanelText {
  readonly title: string;
  /** What it means, in a sentence or two. */
  readonly description: string;
}

/** Where a value turns yellow or red; the first colour has no lower end. */
export type Steps = readonly (readonly [color: string, from: number | null])[];

/** The colours of steps as Grafana has them. Without steps nothing is judged. */
export function thresholdsOf(steps: Steps = [['text', null]]) {
  return { mode: 'absolute' as const, steps: steps.map(([color, value]) => ({ color, value })) };
}

/** Windows are 5 s: nothing finer exists. */
export const leastStep = '5s';
