import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TokenstormError } from '@tokenstorm/core';

/** The folder of the scenarios that came with this command: beside its code where it is installed, at the top of a checkout. */
export function scenariosFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'scenarios');
    if (existsSync(join(candidate, 'scenario.schema.json'))) return candidate;
    const above = dirname(folder);
    if (above === folder)
      throw new TokenstormError('E_INTERNAL', 'the scenarios that belong to the command are not there', {
        hint: 'install Tokenstorm again',
      });
    folder = above;
  }
}
