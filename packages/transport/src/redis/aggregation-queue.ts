import type { AggregationHandler, AggregationQueue, RunPlan } from '@tokenstorm/core';
import { Queue } from 'bullmq';
import { AggregationWork } from './aggregation-work.ts';
import type { AggregationWorkOptions } from './aggregation-work.ts';
import { expireQueue } from './expire-queue.ts';
import { aggregationJobKey, aggregationQueueName, runKeys, timeToLiveSeconds } from './keys.ts';
import { putRunPlan } from './run-plan.ts';

/** Runs that wait for an aggregator, each a BullMQ job whose lock is the lease. A run that has its report is over. */
export class RedisAggregationQueue implements AggregationQueue, AsyncDisposable {
  readonly #options: Omit<AggregationWorkOptions, 'handler'>;
  #queue: Queue | undefined;

  constructor(options: Omit<AggregationWorkOptions, 'handler'>) {
    this.#options = options;
  }

  async enqueue(plan: RunPlan): Promise<void> {
    const { connection } = this.#options;
    const { report } = runKeys(plan.runId);
    if ((await connection.answer(connection.commands.exists(report))) === 1) return;
    await putRunPlan(connection, plan);
    const options = { jobId: plan.runId, removeOnComplete: { age: timeToLiveSeconds.ended } };
    this.#queue ??= new Queue(aggregationQueueName, connection.queueOptions).on('error', () => {});
    await connection.answer(this.#queue.add('run', {}, options));
    const { commands } = connection;
    await connection.answer(commands.expire(aggregationJobKey(plan.runId), timeToLiveSeconds.ended));
    await connection.answer(expireQueue(commands, aggregationQueueName));
  }

  async work(handler: AggregationHandler): Promise<AsyncDisposable> {
    const work = new AggregationWork({ ...this.#options, handler });
    await work.start();
    return work;
  }

  /** Work is disposed before it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue?.close();
  }
}
