import type { Flag } from './flag.ts';
import { allowHostFlag } from './permission-flags.ts';

const group = 'Where to send:';

/** Flags that say which server and model a run loads. */
export const targetFlags: readonly Flag[] = [
  {
    name: '--provider',
    value: '<name>',
    description:
      'vendor whose address and key variable are known: openai, anthropic or glm; --url sends the same to another server',
    group,
  },
  {
    name: '--url',
    short: '-u',
    aliases: ['--base-url', '--target'],
    value: '<url>',
    description:
      'base URL of the API, with or without /v1 (default: $OPENAI_BASE_URL or $ANTHROPIC_BASE_URL)',
    group,
  },
  {
    name: '--model',
    short: '-m',
    value: '<name>',
    description: 'model to ask for; repeat it for several, each gets the full load',
    group,
    repeatable: true,
  },
  {
    name: '--endpoint-type',
    aliases: ['--backend', '--api-backend'],
    value: '<type>',
    description: 'kind of API: chat (default), responses, or messages (Anthropic)',
    group,
  },
  {
    name: '--endpoint',
    value: '<path>',
    description:
      'path of the API on the server (default: /v1/chat/completions, /v1/responses or /v1/messages)',
    group,
  },
  {
    name: '--api-key',
    value: '<reference>',
    description: "environment variable that holds the key: '${OPENAI_API_KEY}' or env:OPENAI_API_KEY",
    group,
  },
  {
    name: '--header',
    aliases: ['-H'],
    value: '<name:value>',
    description: 'header to send with each request (repeatable)',
    group,
    repeatable: true,
  },
  {
    name: '--client',
    value: '<client>',
    description: "what sends: wire (our own client, the default) or sdk (the vendors' packages, to compare)",
    group,
  },
  {
    name: '--with-sim',
    description: 'start the simulated LLM server for this run and send everything to it',
    group,
  },
  { ...allowHostFlag, group },
  {
    name: '--no-preflight',
    description: 'do not ask before the start whether the target is there, takes the key and has the model',
    group,
  },
];
