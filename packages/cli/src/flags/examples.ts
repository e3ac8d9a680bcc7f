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
  "OPENAI_BASE_URL=https://api.openai.com/v1 tokenstorm run -m gpt-4o-mini -c 2 -n 20 --api-key '${OPENAI_API_KEY}'",
];

export const probeExamples = [
  'tokenstorm probe --url http://127.0.0.1:8000/v1 --model my-model',
  'tokenstorm probe scenarios/chat-steady.yaml --json',
];

export const reportExamples = [
  'tokenstorm report 20261121-084512-k3v9qd',
  'tokenstorm report eu.snapshots.jsonl us.snapshots.jsonl --json -o both.json',
];

export const validateExamples = ['tokenstorm validate scenarios/chat-steady.yaml'];

export const simExamples = [
  'tokenstorm sim --port 8089',
  'tokenstorm sim --all-models \'{"ttft_ms": 2000, "slots": 10}\' --any-model --truth-log truth.ndjson',
];
