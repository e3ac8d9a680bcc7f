import { TokenstormError } from '@tokenstorm/core';
import type { Environment, RequestRecord, RunPlan, Target, Workload } from '@tokenstorm/core';
import { memoryTransport, systemClock, wallNowMs } from '@tokenstorm/transport';
import { EgressPolicy, SingleRequests, checkTokenizer, preflight } from '@tokenstorm/worker';
import type { SingleAsk } from '@tokenstorm/worker';
import type { MonitorOptions } from '../flags/monitor-options.ts';
import { defined } from '../flags/defined.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { newRunId } from '../run/run-id.ts';
import { countersOf } from './call-sample.ts';
import type { CallSample } from './call-sample.ts';
import { monitoredCall } from './monitored-call.ts';

/** A call that ended. */
export interface EndedCall {
  readonly record: RequestRecord;
  readonly sample: CallSample;
  readonly workload: Workload;
}

/** A call under way. */
export interface CallUnderWay {
  /** `undefined` where the budget ended before it could be sent. */
  readonly ended: Promise<EndedCall | undefined>;
  readonly cancel: () => void;
}

/** The targets of a monitor, and the way to them. */
export class MonitorSession implements AsyncDisposable {
  readonly plan: RunPlan;
  readonly warnings: readonly string[];
  readonly #requests: SingleRequests;

  private constructor(plan: RunPlan, warnings: readonly string[], requests: SingleRequests) {
    this.plan = plan;
    this.warnings = warnings;
    this.#requests = requests;
  }

  /** Reads the scenario and gets ready to send; nothing is sent yet. Rejects with what is wrong with either. */
  static async open(
    options: MonitorOptions,
    environment: Environment,
    simulatorUrl: string | undefined,
  ): Promise<MonitorSession> {
    const { scenario, datasets, warnings } = loadScenario(options.run, environment, {
      sendsRequests: true,
      ...defined({ simulatorUrl }),
    });
    await checkTokenizer(scenario.execution.tokenizer);
    const provider = scenario.targets[0]?.provider ?? scenario.name;
    const name = options.name ?? (options.run.file === undefined ? provider : scenario.name);
    const plan = {
      runId: newRunId(systemClock.epochMs()),
      scenario: { ...scenario, name },
      shards: [],
      snapshotIntervalMs: 1000,
    };
    const transport = memoryTransport();
    for (const dataset of datasets) await transport.datasets.put(dataset);
    const permissions = defined({ hosts: options.run.hosts });
    const requests = await SingleRequests.open({
      plan,
      transport,
      workerId: 'monitor',
      environment,
      permissions,
    });
    return new MonitorSession(plan, warnings, requests);
  }

  /** Those that a workload sends to: at least one. */
  get targets(): readonly [Target, ...Target[]] {
    const { targets, workloads } = this.plan.scenario;
    const [first, ...rest] = targets.filter(({ key }) => workloads.some((one) => one.targets.includes(key)));
    if (first === undefined) throw new TokenstormError('E_USAGE', 'no workload of the scenario has a target');
    return [first, ...rest];
  }

  get isBudgetUsedUp(): boolean {
    return this.#requests.isBudgetUsedUp;
  }

  /** Monotonic ms, of the clock that calls are due by. */
  nowMs(): number {
    return this.#requests.nowMs();
  }

  /** What may be wrong with the targets, in sentences. Never rejects: what is down may come back. */
  async doubts(options: MonitorOptions, environment: Environment): Promise<readonly string[]> {
    if (!options.run.preflight) return [];
    const egress = new EgressPolicy(options.run.hosts);
    try {
      return await preflight(this.plan.scenario, environment, systemClock, egress);
    } catch (cause) {
      if (!(cause instanceof TokenstormError)) throw cause;
      return [cause.message];
    }
  }

  send(target: Target, ask: Omit<SingleAsk, 'targetKey'> = {}): CallUnderWay {
    const sentAtEpochMs = wallNowMs();
    const request = this.#requests.send({ ...ask, targetKey: target.key });
    const ended = request.ended.then((record) =>
      record === undefined ? undefined : this.#ended(record, target, sentAtEpochMs),
    );
    return { ended, cancel: () => request.cancel() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#requests[Symbol.asyncDispose]();
  }

  #ended(record: RequestRecord, target: Target, sentAtEpochMs: number): EndedCall {
    const { workloads, regions } = this.plan.scenario;
    const workload = workloads.find(({ name }) => name === record.workload)!;
    const sample = {
      call: monitoredCall(record, target, sentAtEpochMs),
      workload: workload.name,
      region: regions[0]?.name ?? '',
      counters: countersOf(record, workload),
    };
    return { record, sample, workload };
  }
}
