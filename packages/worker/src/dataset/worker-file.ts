import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Dataset, DatasetRow, WorkerFilePrompts } from '@tokenstorm/core';

/** What the thread that reads a file is started with. */
export interface FileRequest extends Pick<WorkerFilePrompts, 'path' | 'format'> {
  /** Where it lies; `path` is what messages call it. */
  readonly realPath: string;
}

/** The thread's first message: what the file holds, or what is wrong with it. */
export type FileAnswer =
  | { readonly sha256: string; readonly id: string }
  | { readonly sha256?: string; readonly problem: string };

/** Its answer each time it is asked for more rows. */
export interface RowsAnswer {
  readonly rows: readonly DatasetRow[];
  readonly isLast: boolean;
}

/** A data set in a file of this machine, with the SHA-256 of its bytes; or what is wrong with the file. */
export type WorkerFile =
  | { readonly sha256: string; readonly dataset: Dataset }
  /** The hash is absent where the file cannot be read. */
  | { readonly sha256?: string; readonly problem: string };

/**
 * Reads a data set from a file. A thread reads, hashes and parses it, and its rows come over in small pieces: whatever else this
 * process does, such as the load of another run, goes on.
 */
export async function readWorkerFile({ path, format, realPath }: FileRequest): Promise<WorkerFile> {
  const thread = new Worker(threadModule(), { workerData: { path, format, realPath } satisfies FileRequest });
  try {
    const [answer] = (await once(thread, 'message')) as [FileAnswer];
    if ('problem' in answer) return answer;
    return { sha256: answer.sha256, dataset: { id: answer.id, path, rows: await takeRows(thread) } };
  } finally {
    await thread.terminate();
  }
}

async function takeRows(thread: Worker): Promise<readonly DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for (;;) {
    const answered = once(thread, 'message');
    thread.postMessage('more');
    const [answer] = (await answered) as [RowsAnswer];
    for (const row of answer.rows) rows.push(row);
    if (answer.isLast) return rows;
    await turn();
  }
}

/** The thread's own file, beside this one: TypeScript in development, JavaScript once built. */
function threadModule(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './worker-file-thread.ts' : './worker-file-thread.js',
    import.meta.url,
  );
}
