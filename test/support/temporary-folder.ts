import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that goes when it is disposed, with all that is in it. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file and returns its path. What is not text is written as JSON, which is YAML too. */
  write(name: string, content: unknown): Promise<string>;
  read(name: string): Promise<string>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'tokenstorm-'));
  return {
    path,
    write: async (name, content) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
      await writeFile(join(path, name), text);
      return join(path, name);
    },
    read: (name) => readFile(join(path, name), 'utf8'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
