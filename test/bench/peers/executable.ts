import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The file that an environment variable names, else the first one of this name in PATH; `undefined` where there is none. */
export function findExecutable(variable: string, name: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
