import { initProviders, templateKinds } from '../init/template-kinds.ts';
import type { Flag } from './flag.ts';

const group = 'Options:';

/** Every flag of `tokenstorm init`. */
export const initFlags: readonly Flag[] = [
  {
    name: '--kind',
    value: '<scenario>',
    description: `what to start from: ${templateKinds.join(', ')} (default chat-steady)`,
    group,
  },
  {
    name: '--url',
    short: '-u',
    aliases: ['--base-url'],
    value: '<url>',
    description: 'base URL of the API, with or without /v1',
    group,
  },
  {
    name: '--model',
    short: '-m',
    value: '<name>',
    description: 'model to ask for (repeatable)',
    group,
    repeatable: true,
  },
  {
    name: '--provider',
    value: '<provider>',
    description: `${initProviders.join(', ')} (default: openai-compatible with --url or --model)`,
    group,
  },
  { name: '--force', short: '-f', description: 'write over a file that is there', group },
];
