/** Commands that are known by name but not built: each is refused with exit code 2. */
export const notYetCommands: readonly string[] = [
  'init',
  'profile',
  'compare',
  'benchmark',
  'monitor',
  'calls',
  'diff',
  'capacity',
  'sweep',
  'explain',
  'dashboard',
  'provider',
];
