import type { Transport } from '@tokenstorm/core';
import { describe } from 'vitest';
import { aggregationConformance } from './aggregation-queue.ts';
import { datasetConformance } from './datasets.ts';
import { logConformance } from './log.ts';
import { handoverConformance } from './shard-handover.ts';
import { iterationConformance } from './shard-iterations.ts';
import { queueConformance } from './shard-queue.ts';

/** A fresh, empty transport, as the processes that share it see it. Disposing ends them all. */
export interface OpenedTransport extends AsyncDisposable {
  /** Whoever plans runs. */
  readonly transport: Transport;
  /** One more process: a worker of region `eu`, or an aggregator. */
  join(role: 'worker' | 'aggregator'): Promise<Transport>;
}

export type OpenTransport = () => Promise<OpenedTransport>;

export interface TransportTraits {
  /** A run's sum is stored for the next aggregator. */
  readonly keepsSums: boolean;
}

/** What every transport must do. */
export function transportConformance(name: string, open: OpenTransport, traits: TransportTraits): void {
  describe(`${name}: log`, () => {
    logConformance(open);
  });
  describe(`${name}: shard queue`, () => {
    queueConformance(open);
  });
  describe(`${name}: handing a shard over`, () => {
    handoverConformance(open);
  });
  describe(`${name}: iterations`, () => {
    iterationConformance(open);
  });
  describe(`${name}: runs to fold`, () => {
    aggregationConformance(open, traits);
  });
  describe(`${name}: data sets`, () => {
    datasetConformance(open);
  });
}

/** A transport of which all parts are used through one object. */
export async function sharedByAll(transport: Transport): Promise<OpenedTransport> {
  return {
    transport,
    join: async () => transport,
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
