import type { Flag } from './flag.ts';
import { resultFlags } from './result-flags.ts';

/** What is asked of a run before it starts has no meaning for its report. */
const shared = new Set(['--fail-on', '--allow-invalid', '--json', '--output', '--export', '--no-color']);

const jsonOnly =
  'write the report to a file, as json; the path may hold {name}, {timestamp}, {run} (repeatable)';

/** Every flag of `tokenstorm report`, in the order of its help. */
export const reportFlags: readonly Flag[] = resultFlags
  .filter(({ name }) => shared.has(name))
  .map((flag) => (flag.name === '--export' ? { ...flag, description: jsonOnly } : flag));
