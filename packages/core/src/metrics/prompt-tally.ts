import type { RequestRecord } from '../record.ts';
import { RowSet } from './row-set.ts';
import type { RowSetChunks } from './row-set.ts';
import type { PromptUse } from './snapshot.ts';

/** Counts the prompts of a series, interval by interval. A repeated prompt is named in the first interval only. */
export class PromptTally {
  readonly #known = new RowSet();
  #rows: number[] = [];
  #sent = 0;
  #unique = 0;

  /** A request ended; one without an attempt sent nothing. */
  record({ attempts, promptRow }: RequestRecord): void {
    if (attempts.length === 0) return;
    this.#sent += 1;
    if (promptRow === undefined) this.#unique += 1;
    else if (this.#known.add(promptRow)) this.#rows.push(promptRow);
  }

  /** What was sent since the last call; `undefined` where nothing was. */
  take(): PromptUse | undefined {
    if (this.#sent === 0) return undefined;
    const use = { sent: this.#sent, unique: this.#unique, rows: this.#rows };
    this.#rows = [];
    this.#sent = 0;
    this.#unique = 0;
    return use;
  }
}

/** A `PromptSum` as plain data. */
export interface PromptSumState {
  readonly sent: number;
  readonly unique: number;
  readonly rows: RowSetChunks;
}

/** The prompts of any number of series of one workload: their rows are numbers of the same prompts. */
export class PromptSum {
  #rows = new RowSet();
  #sent = 0;
  #unique = 0;

  /** Requests of which at least one attempt was made. */
  get sent(): number {
    return this.#sent;
  }

  /** Different prompts among them. */
  get distinct(): number {
    return this.#unique + this.#rows.size;
  }

  add({ sent, unique, rows }: PromptUse): void {
    this.#sent += sent;
    this.#unique += unique;
    for (const row of rows) this.#rows.add(row);
  }

  /** The same sum as one use; its rows are as many numbers as there are repeated prompts. */
  use(): PromptUse {
    return { sent: this.#sent, unique: this.#unique, rows: this.#rows.rows() };
  }

  /** What `of` makes the same sum from; later changes of the sum may change it. */
  state(): PromptSumState {
    return { sent: this.#sent, unique: this.#unique, rows: this.#rows.chunks };
  }

  static of({ sent, unique, rows }: PromptSumState): PromptSum {
    const sum = new PromptSum();
    sum.#sent = sent;
    sum.#unique = unique;
    sum.#rows = RowSet.of(rows);
    return sum;
  }

  addSum(other: PromptSum): void {
    this.#sent += other.#sent;
    this.#unique += other.#unique;
    this.#rows.addAll(other.#rows);
  }
}
