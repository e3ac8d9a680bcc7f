/** Commands that are known by name but not built: each is refused with exit code 2. */
export const notYetCommands: readonly string[] = [
  'calls',
  'capacity',
  'sweep',
  'explain',
  'dashboard',
  'provider',
];
