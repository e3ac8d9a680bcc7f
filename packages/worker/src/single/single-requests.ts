import { TokenstormError } from '@tokenstorm/core';
import type { Prompt, RequestRecord, Workload } from '@tokenstorm/core';
import { Engine } from '../engine.ts';
import type { EngineParts } from '../engine.ts';
import { chatCall } from '../request/chat-call.ts';
import type { RequestJob } from '../request/request-job.ts';
import { Request } from '../request/request.ts';
import type { TextConsumer } from '../stream/stream-sink.ts';
import { OutputText } from '../tokenizer/output-text.ts';
import { countedRecord } from '../tokenizer/token-check.ts';

/** One request that belongs to no load. */
export interface SingleAsk {
  readonly targetKey: string;
  /** The user's message in place of the workload's prompt; its system message, where it has one, stays. */
  readonly text?: string;
  /** When it was due, monotonic ms; default: now. */
  readonly intendedStartMs?: number;
  /** Takes the text of the answer as it comes, as the server wrote it. A retry begins anew only where nothing had come. */
  readonly onText?: TextConsumer;
}

/** A request under way. */
export interface SingleRequest {
  /** Its record, the times from the opening on; `undefined` where the budget ended before it could be sent. */
  readonly ended: Promise<RequestRecord | undefined>;
  /** Gives it up: its outcome is `cancelled`. Harmless once it is over. */
  cancel(): void;
}

/**
 * Sends single requests to the targets of a plan by the way that the requests of a run go: the same client, time stamps, retries,
 * limits, budget and token counts.
 */
export class SingleRequests implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #region: string;
  readonly #originMs: number;
  readonly #underWay = new Set<Request>();
  readonly #ended = new AbortController();
  readonly #listening: Promise<void>;
  #sent = 0;
  #isBudgetUsedUp = false;

  private constructor(engine: Engine, region: string) {
    this.#engine = engine;
    this.#region = region;
    this.#originMs = engine.clock.nowMs();
    this.#listening = this.#listen();
  }

  /** Rejects with a `TokenstormError` where this process may not send what the plan asks for, or lacks what it needs. */
  static async open(parts: EngineParts): Promise<SingleRequests> {
    const engine = new Engine(parts);
    try {
      const region = parts.plan.scenario.regions[0]?.name ?? '';
      await engine.prepare(region);
      for (const { targets, timeouts } of parts.plan.scenario.workloads)
        for (const key of targets) engine.clients.client(key, region, timeouts.connectMs);
      await engine.clients.loaded();
      return new SingleRequests(engine, region);
    } catch (cause) {
      await engine[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** The run's budget is used up: nothing will be sent any more. */
  get isBudgetUsedUp(): boolean {
    return this.#isBudgetUsedUp || this.#engine.admissions.isBudgetOver;
  }

  /** Monotonic ms, of the clock that `intendedStartMs` is of. */
  nowMs(): number {
    return this.#engine.clock.nowMs();
  }

  send(ask: SingleAsk): SingleRequest {
    const job = this.#job(ask);
    const { promise: ended, resolve } = Promise.withResolvers<RequestRecord | undefined>();
    const request = new Request(job, this.#engine, (record) => {
      this.#underWay.delete(request);
      if (record === undefined) resolve(undefined);
      else void this.#counted(job, record).then(resolve);
    });
    this.#underWay.add(request);
    request.start();
    return { ended, cancel: () => request.cancel() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const request of this.#underWay) request.cancel();
    this.#ended.abort();
    await this.#listening;
    await this.#engine[Symbol.asyncDispose]();
  }

  #job({ targetKey, text, intendedStartMs, onText }: SingleAsk): RequestJob {
    const engine = this.#engine;
    const workload = this.#workload(targetKey);
    const arrivalIndex = this.#sent++;
    const prompt = promptOf(this.#prompt(workload, targetKey, arrivalIndex), text);
    const nowMs = engine.clock.nowMs();
    const isShown = onText !== undefined || engine.counter !== undefined;
    return {
      workload,
      client: engine.clients.client(targetKey, this.#region, workload.timeouts.connectMs),
      admission: engine.admission(targetKey),
      call: chatCall(workload, prompt, engine.headers(workload)),
      prompt,
      ...(isShown && { output: new OutputText(onText) }),
      phase: 'main',
      arrivalIndex,
      intendedStartMs: intendedStartMs ?? nowMs,
      handOverMs: nowMs,
      scheduled: intendedStartMs !== undefined,
      mayRetry: () => !this.isBudgetUsedUp,
      runStartMs: this.#originMs,
    };
  }

  #prompt({ name }: Workload, targetKey: string, index: number): Prompt {
    const user = { workload: name, targetKey, region: this.#region, isBeforeStart: false };
    return this.#engine.prompts.writer(user).prompt(index);
  }

  #workload(targetKey: string): Workload {
    const { workloads } = this.#engine.plan.scenario;
    const workload = workloads.find(({ targets }) => targets.includes(targetKey));
    if (workload === undefined) throw new TokenstormError('E_INTERNAL', `no workload sends to ${targetKey}`);
    return workload;
  }

  async #counted({ call, output }: RequestJob, record: RequestRecord): Promise<RequestRecord> {
    const { counter } = this.#engine;
    if (counter === undefined || output === undefined) return record;
    return await countedRecord({ record, call, output }, counter);
  }

  /** What waits for the budget when it ends would wait for ever. */
  async #listen(): Promise<void> {
    const { transport, plan } = this.#engine;
    const events = transport.events(plan.runId).read({ signal: this.#ended.signal });
    for await (const { value } of events) {
      if (value.type !== 'run-stop') continue;
      this.#isBudgetUsedUp = true;
      for (const request of this.#underWay) if (request.isWaiting) request.abandon();
    }
  }
}

function promptOf(prompt: Prompt, text: string | undefined): Prompt {
  if (text === undefined) return prompt;
  const system = prompt.messages.filter(({ role }) => role === 'system');
  return { messages: [...system, { role: 'user', content: text }] };
}
