import { setImmediate as turn } from 'node:timers/promises';
import { TokenstormError, numberRows, useDataset } from '@tokenstorm/core';
import type {
  Clock,
  Dataset,
  DatasetPrompts,
  DatasetStore,
  RunPlan,
  Transport,
  Workload,
  WorkerFilePrompts,
} from '@tokenstorm/core';
import type { Permissions } from '../permissions/permissions.ts';
import { permittedFile } from '../permissions/permitted-file.ts';
import { readWorkerFile } from './worker-file.ts';

/** A run's workloads with what their prompts are made of. */
export interface RunDatasets {
  /** No prompts of it are `worker-file` any more. */
  readonly plan: RunPlan;
  /** By id. */
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Of its prompts from data sets: of each row the first one that gives the same prompt. */
  readonly rowNumbers: ReadonlyMap<DatasetPrompts, Uint32Array>;
}

/** What else this process does waits no longer than about this, ms. */
const longestTurnMs = 4;

/**
 * Gets the data sets of a run: those that travel from the transport, those that each worker has from their files, which must be
 * the same for all workers. However large they are, the event loop has a turn every few ms. Rejects with one `E_FILE` that names
 * everything that is wrong with the files, or with `E_NOT_ALLOWED` for one that may not be read.
 */
export async function loadDatasets(
  plan: RunPlan,
  { datasets: store, clock }: Pick<Transport, 'datasets' | 'clock'>,
  permissions: Permissions = {},
): Promise<RunDatasets> {
  const loading = new DatasetLoading(plan, store, permissions);
  const workloads: Workload[] = [];
  for (const workload of plan.scenario.workloads) workloads.push(await loading.load(workload));
  const datasets = loading.end();
  const rowNumbers = new Map<DatasetPrompts, Uint32Array>();
  for (const { prompts } of workloads) {
    if (prompts.kind !== 'dataset') continue;
    rowNumbers.set(
      prompts,
      await inTurns(numberRows(prompts, datasets.get(prompts.dataset)?.rows ?? []), clock),
    );
  }
  return { plan: { ...plan, scenario: { ...plan.scenario, workloads } }, datasets, rowNumbers };
}

async function inTurns<T>(work: Generator<undefined, T>, clock: Clock): Promise<T> {
  let turnStartMs = clock.nowMs();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (clock.nowMs() - turnStartMs < longestTurnMs) continue;
    await turn();
    turnStartMs = clock.nowMs();
  }
}

interface FileProblem {
  readonly message: string;
  readonly hint?: string;
}

class DatasetLoading {
  readonly #runId: string;
  readonly #store: DatasetStore;
  readonly #permissions: Permissions;
  readonly #datasets = new Map<string, Dataset>();
  /** Of each file its data set, absent where something is wrong with it. */
  readonly #files = new Map<string, Dataset | undefined>();
  readonly #problems: FileProblem[] = [];

  constructor({ runId }: RunPlan, store: DatasetStore, permissions: Permissions) {
    this.#permissions = permissions;
    this.#runId = runId;
    this.#store = store;
  }

  async load(workload: Workload): Promise<Workload> {
    const { prompts } = workload;
    if (prompts.kind === 'worker-file') {
      const used = this.#use(prompts, await this.#file(prompts));
      return used === undefined ? workload : { ...workload, prompts: used };
    }
    if (prompts.kind === 'dataset' && !this.#datasets.has(prompts.dataset))
      this.#datasets.set(prompts.dataset, await this.#store.get(prompts.dataset));
    return workload;
  }

  end(): ReadonlyMap<string, Dataset> {
    if (this.#problems.length === 0) return this.#datasets;
    const messages = new Set(this.#problems.map(({ message }) => message));
    const hints = new Set(this.#problems.flatMap(({ hint }) => hint ?? []));
    throw new TokenstormError('E_FILE', [...messages].join('\n'), { hint: [...hints].join('; ') });
  }

  #use(prompts: WorkerFilePrompts, dataset: Dataset | undefined): DatasetPrompts | undefined {
    if (dataset === undefined) return undefined;
    this.#datasets.set(dataset.id, dataset);
    const used = useDataset(dataset, prompts);
    this.#problems.push(...used.problems);
    return used.prompts;
  }

  async #file(prompts: WorkerFilePrompts): Promise<Dataset | undefined> {
    const { path, format, sha256 = '' } = prompts;
    const key = `${format}:${sha256}:${path}`;
    if (!this.#files.has(key)) this.#files.set(key, await this.#read(prompts));
    return this.#files.get(key);
  }

  /** That it is another file comes first: what is in it is of no interest then. */
  async #read(prompts: WorkerFilePrompts): Promise<Dataset | undefined> {
    const realPath = await permittedFile(prompts.path, this.#permissions);
    const file = await readWorkerFile({ ...prompts, realPath });
    const isOther = file.sha256 === undefined ? undefined : await this.#difference(prompts, file.sha256);
    if (isOther !== undefined) this.#problems.push(isOther);
    else if ('problem' in file) this.#problems.push({ message: file.problem, hint: everywhereHint });
    return isOther === undefined && 'dataset' in file ? file.dataset : undefined;
  }

  async #difference({ path, sha256 }: WorkerFilePrompts, found: string): Promise<FileProblem | undefined> {
    const wanted = sha256 ?? (await this.#store.agree(this.#runId, path, found));
    if (found === wanted) return undefined;
    const [here, there] = [found, wanted].map((hash) => hash.slice(0, 12));
    return sha256 === undefined
      ? {
          message: `${path} is not what another worker has there: SHA-256 ${here}… here, ${there}… there`,
          hint: 'give all workers the same file; `sha256` beside `path` says which one is meant',
        }
      : {
          message: `${path} is not the file that is meant: SHA-256 ${here}…, not ${there}…`,
          hint: 'give all workers the file that has the `sha256` of the scenario',
        };
  }
}

const everywhereHint = '`path: worker:…` names a file that every worker of the run has';
