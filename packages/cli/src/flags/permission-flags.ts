import type { Flag } from './flag.ts';

const group = 'What scenarios may do:';

export const allowHostFlag: Flag = {
  name: '--allow-host',
  value: '<host>',
  description:
    'send only there: api.example.com, *.example.com, 10.0.0.0/8, each with or without :port; repeatable (or TOKENSTORM_ALLOW_HOSTS; default: anywhere but to link-local addresses and metadata services)',
  group,
  repeatable: true,
};

export const allowEnvFlag: Flag = {
  name: '--allow-env',
  value: '<name>',
  description:
    'environment variable that scenarios may name, * for any characters; repeatable (or TOKENSTORM_ALLOW_ENV; default: *_API_KEY and *_BASE_URL)',
  group,
  repeatable: true,
};

export const dataDirFlag: Flag = {
  name: '--data-dir',
  value: '<folder>',
  description:
    'read files that scenarios name (path: worker:…, a tokenizer) only below it; repeatable (or TOKENSTORM_DATA_DIR; default: none is read)',
  group,
  repeatable: true,
};
