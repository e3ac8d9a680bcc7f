import type { Flag } from './flag.ts';
import { promptFlags } from './prompt-flags.ts';
import { requestFlags } from './request-flags.ts';
import { targetFlags } from './target-flags.ts';

const schedule = 'When to send (without --every: what you type):';
const alerts = 'Alerts:';
const output = 'What comes out:';

/** Of the flags that say what is sent, those with a meaning for one request at a time. */
const ofPrompts = new Set(['--prompt', '--system', '--input-file', '--tokenizer', '--cache-bust']);

/** Where a load is not meant. */
const descriptions: Readonly<Record<string, string>> = {
  '--model': 'model to ask for; with --every repeat it for several',
  '--with-sim': 'start the simulated LLM server and send everything to it',
};

/** Flags that describe the requests, as `tokenstorm run` has them. */
export const monitorRequestFlags: readonly Flag[] = [
  ...targetFlags.map((flag) => ({ ...flag, description: descriptions[flag.name] ?? flag.description })),
  ...promptFlags.filter(({ name }) => ofPrompts.has(name)),
  ...requestFlags,
];

/** Every flag of `tokenstorm monitor`, in the order of its help. */
export const monitorFlags: readonly Flag[] = [
  ...monitorRequestFlags,
  {
    name: '--config',
    value: '<file>',
    description: 'scenario file, the same as FILE; its load and thresholds are not used',
    group: 'Where to send:',
  },
  {
    name: '--every',
    value: '<time>',
    description: 'send one request to each target each time this passes: 30s, 5m',
    group: schedule,
  },
  {
    name: '--count',
    short: '-n',
    value: '<n>',
    description: 'end after so many requests to each target',
    group: schedule,
  },
  { name: '--duration', short: '-d', value: '<time>', description: 'end after this time', group: schedule },
  {
    name: '--alert',
    value: '<condition>',
    description: "what must hold over the last minutes: 'ttft: p(95) < 2s', 'errors: rate < 5%' (repeatable)",
    group: alerts,
    repeatable: true,
  },
  {
    name: '--alert-window',
    value: '<time>',
    description: 'length of those last minutes (default 5m)',
    group: alerts,
  },
  {
    name: '--alert-min-calls',
    value: '<n>',
    description: 'calls in the window before an alert is judged (default 3)',
    group: alerts,
  },
  {
    name: '--webhook',
    value: '<url>',
    description:
      "POST each alert there as JSON when it fires and when it is resolved; '${NAME}' takes the URL from the environment (or TOKENSTORM_WEBHOOK_URL)",
    group: alerts,
  },
  { name: '--exit-on-alert', description: 'end with exit code 99 when an alert fires', group: alerts },
  {
    name: '--influx',
    value: '<url>',
    description:
      'write to this InfluxDB as it goes: http://[user:password@]host:8086[/?db=NAME] (or TOKENSTORM_INFLUX_URL)',
    group: output,
  },
  {
    name: '--port',
    value: '<port>',
    description: 'serve /metrics for Prometheus and /healthz here; 0 takes any free port',
    group: output,
  },
  {
    name: '--output-dir',
    value: '<folder>',
    description: 'where its files go (default: here)',
    group: output,
  },
  {
    name: '--state',
    value: '<file>',
    description:
      'file of calls that a later monitor goes on from (default: NAME_monitor.calls.jsonl in --output-dir)',
    group: output,
  },
  { name: '--no-files', description: 'write neither calls nor hourly statistics', group: output },
  {
    name: '--name',
    value: '<name>',
    description: 'name of the monitor in files, alerts and InfluxDB',
    group: output,
  },
  {
    name: '--summary-every',
    value: '<time>',
    description: 'show the last 5 minutes, hour and day this often (default 5m)',
    group: output,
  },
  { name: '--json', description: 'one line of JSON for each call on stdout', group: output },
  { name: '--quiet', description: 'no lines for single calls, only what changes', group: output },
  { name: '--no-color', description: 'no colours, as with NO_COLOR', group: output },
];
