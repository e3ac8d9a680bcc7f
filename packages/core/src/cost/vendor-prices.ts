import type { ModelPrice } from './price.ts';

/** What one vendor asks for its models at its own addresses, as one public page of it says. */
export interface VendorPrices {
  /** As people call it. */
  readonly vendor: string;
  /** What a base URL there starts with; each ends in `/`. Other servers may ask anything for a model of that name. */
  readonly addresses: readonly string[];
  /** The vendor's page. */
  readonly source: string;
  /** Matches names of snapshots that cost what the name in its first group does; absent where each name is listed. */
  readonly datedNames?: RegExp;
  readonly prices: readonly VendorPrice[];
}

/** One price, and the names of the models that have it. */
export interface VendorPrice extends Omit<ModelPrice, 'origin'> {
  readonly models: readonly string[];
  /** Requests with more input tokens than this cost more; absent: none do. */
  readonly upToInputTokens?: number;
  /** The day on which the page was last seen to say so. */
  readonly date: string;
}
