import type { Flag } from './flag.ts';

const group = 'What it costs:';

/** Flags about prices, and about asking before money is spent. */
export const costFlags: readonly Flag[] = [
  {
    name: '--prices',
    value: '<file>',
    description:
      "YAML or JSON file of your own prices; they win over the built-in ones, the scenario's `pricing` over both (or TOKENSTORM_PRICES)",
    group,
  },
  {
    name: '--confirm-over',
    value: '<dollars>',
    description:
      'show what the run may cost and ask first, where that may be more than this or cannot be known',
    group,
  },
  { name: '--yes', short: '-y', description: 'answer that question with yes', group },
];
