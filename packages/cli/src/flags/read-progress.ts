import type { FlagValues } from './flag-values.ts';
import type { RunOptions } from './run-options.ts';

/** How progress is shown: as `--ui` and `--quiet` ask for. */
export function readProgress(values: FlagValues): RunOptions['progress'] {
  const ui = values.oneOf('--ui', ['dashboard', 'simple', 'none']) ?? 'dashboard';
  if (ui === 'none' || values.switchValue('--quiet') === true) return 'none';
  return ui === 'simple' ? 'lines' : 'live';
}
