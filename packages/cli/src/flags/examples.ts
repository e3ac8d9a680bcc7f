/** Text that ends the help of a command. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

export const programExamples = [
  'tokenstorm run --url http://127.0.0.1:8000/v1 --model my-model --request-rate 20 --duration 30s',
  'tokenstorm run scenarios/chat-steady.yaml',
  'tokenstorm validate scenarios/chat-steady.yaml',
  'tokenstorm sim --port 8089',
];

export const runExamples = [
  'tokenstorm run scenarios/chat-steady.yaml --dry-run',
  "tokenstorm run -u http://127.0.0.1:8000/v1 -m my-model --request-rate 20 -d 30s --goodput 'ttft:200 tpot:50'",
  'tokenstorm run -u localhost:8000 -m my-model -c 8 -n 200 --input-file prompts.jsonl --json > report.json',
  'tokenstorm run scenarios/chat-steady.yaml --redis redis://redis.example:6379 --min-workers 2',
  "OPENAI_BASE_URL=https://api.openai.com/v1 tokenstorm run -m gpt-4o-mini -c 2 -n 20 --api-key '${OPENAI_API_KEY}'",
];

export const probeExamples = [
  'tokenstorm probe --url http://127.0.0.1:8000/v1 --model my-model',
  'tokenstorm probe scenarios/chat-steady.yaml --json',
];

export const reportExamples = [
  'tokenstorm report 20261121-084512-k3v9qd',
  'tokenstorm report eu.snapshots.jsonl us.snapshots.jsonl --json -o both.json',
  'tokenstorm report latest --redis redis://redis.example:6379',
  'tokenstorm report --from-influx http://influx.example:8086 --run 20261121-084512-k3v9qd --region eu-west',
];

export const attachExamples = [
  'tokenstorm attach latest --redis redis://redis.example:6379',
  'TOKENSTORM_REDIS_URL=redis://redis.example:6379 tokenstorm attach 20261121-084512 --json > report.json',
];

export const stopExamples = [
  'tokenstorm stop 20261121-084512-k3v9qd --redis redis://redis.example:6379',
  'tokenstorm stop latest --now --redis redis://redis.example:6379',
];

export const runsExamples = [
  'tokenstorm runs --redis redis://redis.example:6379',
  'tokenstorm runs --redis redis://redis.example:6379 --json',
];

export const validateExamples = ['tokenstorm validate scenarios/chat-steady.yaml'];

export const workerExamples = [
  'tokenstorm worker --redis redis://redis.example:6379 --region eu-west',
  'OPENAI_API_KEY=… TOKENSTORM_REDIS_URL=rediss://:secret@redis.example tokenstorm worker --region us-east --processes auto --port 9100',
];

export const aggregatorExamples = [
  'tokenstorm aggregator --redis redis://redis.example:6379',
  'tokenstorm aggregator --redis redis://redis.example:6379 --influx http://influx.example:8086 --retention 90d',
];

export const simExamples = [
  'tokenstorm sim --port 8089',
  'tokenstorm sim --all-models \'{"ttft_ms": 2000, "slots": 10}\' --any-model --truth-log truth.ndjson',
];
