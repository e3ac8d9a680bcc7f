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
  "tokenstorm run scenarios/chat-steady.yaml --export 'html=results/{name}_{timestamp}.html' --export junit=junit.xml",
  'tokenstorm run scenarios/chat-steady.yaml --redis redis://redis.example:6379 --min-workers 2',
  "OPENAI_BASE_URL=https://api.openai.com/v1 tokenstorm run -m gpt-4o-mini -c 2 -n 20 --api-key '${OPENAI_API_KEY}'",
];

export const profileExamples = [
  'tokenstorm profile --provider openai --model gpt-4o-mini --prompt "Explain quantum computing" --iterations 100',
  'tokenstorm profile -u http://127.0.0.1:8000/v1 -m my-model --stream --iterations 50 --concurrency 10 -o profile.json',
];

export const compareExamples = [
  'tokenstorm compare --config scenarios/compare-providers.yaml --output comparison.json',
  'tokenstorm compare -u http://127.0.0.1:8000/v1 --models small,large -c 4 -n 200 --sequential --rounds 3',
];

export const benchmarkExamples = [
  'tokenstorm benchmark --provider openai --model gpt-4o-mini --output-dir results',
  'GLM_API_KEY=… tokenstorm benchmark --instances 10',
  'tokenstorm benchmark --merge monday_performance_metrics.csv tuesday_performance_metrics.csv',
];

export const probeExamples = [
  'tokenstorm probe --url http://127.0.0.1:8000/v1 --model my-model',
  'tokenstorm probe scenarios/chat-steady.yaml --json',
];

export const reportExamples = [
  'tokenstorm report 20261121-084512-k3v9qd',
  'tokenstorm report eu.snapshots.jsonl us.snapshots.jsonl --json -o both.json',
  'tokenstorm report 20261121-084512-k3v9qd --export html=report.html --export markdown=- > report.md',
  'tokenstorm report latest --redis redis://redis.example:6379',
  'tokenstorm report --from-influx http://influx.example:8086 --run 20261121-084512-k3v9qd --region eu-west',
];

export const diffExamples = [
  'tokenstorm diff base.json new.json --limit ttft.p95=10% --limit errors=0.5pp',
  'tokenstorm diff --base monday.json tuesday.json --new wednesday.json --metric ttft --group model',
  'tokenstorm diff @baseline latest --markdown',
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
  'tokenstorm runs --since 7d --name chat-steady',
  'tokenstorm runs tag latest baseline',
  'tokenstorm diff @baseline latest',
  'tokenstorm runs trend --metric ttft.p95',
  'tokenstorm runs --redis redis://redis.example:6379 --json',
];

export const runsTagExamples = [
  'tokenstorm runs tag latest baseline',
  'tokenstorm runs tag 20261121-084512 release-2.1 nightly',
];

export const runsUntagExamples = ['tokenstorm runs untag @baseline baseline'];

export const runsShowExamples = [
  'tokenstorm runs show latest',
  'tokenstorm runs show @baseline --json -o baseline.json',
];

export const runsTrendExamples = [
  'tokenstorm runs trend',
  'tokenstorm runs trend --name chat-steady --metric e2e.p99 --since 30d',
  'tokenstorm runs trend --metric output_tokens_per_second --json',
];

export const runsPruneExamples = [
  'tokenstorm runs prune --keep 50 --dry-run',
  'tokenstorm runs prune --older-than 30d --tagged',
];

export const runsDeleteExamples = ['tokenstorm runs delete 20261121-084512-k3v9qd'];

export const monitorExamples = [
  'tokenstorm monitor --url http://127.0.0.1:8000/v1 --model my-model',
  'tokenstorm monitor --provider glm --model glm-4.6',
  "tokenstorm monitor -u http://127.0.0.1:8000/v1 -m my-model --every 30s --prompt 'Say hello' --alert 'ttft: p(95) < 2s' --webhook '${ALERT_WEBHOOK_URL}'",
  'tokenstorm monitor scenarios/compare-providers.yaml --every 1m --port 9100',
];

export const initExamples = [
  'tokenstorm init',
  'tokenstorm init load.yaml --url http://127.0.0.1:8000/v1 --model my-model',
  'tokenstorm init ci/gate.yaml --kind ci-gate --provider anthropic --model claude-3-5-haiku-20241022',
];

export const completionExamples = [
  'source <(tokenstorm completion bash)',
  'tokenstorm completion zsh > ~/.zfunc/_tokenstorm',
  'tokenstorm completion fish > ~/.config/fish/completions/tokenstorm.fish',
  'tokenstorm completion powershell >> $PROFILE',
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
