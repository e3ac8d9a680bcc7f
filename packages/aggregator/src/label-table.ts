import { labelsKey } from '@tokenstorm/core';
import type { SeriesLabels } from '@tokenstorm/core';

/** The label sets of a run, numbered from 0 in the order in which they came. */
export class LabelTable {
  readonly #all: SeriesLabels[] = [];
  readonly #indexes = new Map<string, number>();

  static of(labels: readonly SeriesLabels[]): LabelTable {
    const table = new LabelTable();
    for (const each of labels) table.indexOf(each);
    return table;
  }

  get all(): readonly SeriesLabels[] {
    return this.#all;
  }

  /** The number of a label set, a new one where it is new. */
  indexOf(labels: SeriesLabels): number {
    const key = labelsKey(labels);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#all.push(labels) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }

  at(index: number): SeriesLabels {
    return this.#all[index]!;
  }
}
