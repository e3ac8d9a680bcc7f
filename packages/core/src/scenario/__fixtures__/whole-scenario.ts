import { contextOf } from './scenarios.ts';

/** Where `wholeScenario` is read. */
export const context = contextOf(
  { KEY: 'k3y', EU: 'http://eu:8000/v1', RATE: '2.5' },
  { 'dir/ca.pem': '-----BEGIN CERTIFICATE-----\nx\n', 'dir/p.jsonl': '{"question":"Why?"}\n' },
);

/** A scenario with every key that is built. */
export const wholeScenario = `
version: 1
name: whole
seed: 7
providers:
  - name: own
    type: openai-compatible
    endpoint: chat
    base_url: { eu: "\${EU}", us: "http://us:8000/v1" }
    models: [a, b]
    api_key: \${KEY}
    headers: { X-Trace: "t-\${KEY}" }
    query: { v: "1" }
    tls: { insecure: true, ca: ./ca.pem }
    http2: true
  - { name: openai, models: [gpt-4o-mini], api_key: "\${KEY}" }
regions: { eu: 25%, us: 75% }
defaults:
  max_tokens: 256
  headers: { X-A: "1", X-B: "1" }
  timeouts: { connect: 1s, total: 10s }
workload:
  scenarios:
    - name: ramp
      providers: [own]
      target_mode: each
      executor: ramping-arrival-rate
      start_rate: 1
      stages: [{ duration: 30s, target: 20 }, { duration: 0s, target: 5.5 }]
      arrivals: { gamma: { burstiness: 0.5 } }
      max_in_flight: 400
      warmup: 10s
      graceful_stop: 1m
      start_after: 2s
      system: Be brief.
      prompts: { path: p.jsonl, template: "Q: {{question}}" }
      temperature: 0
      stream: false
      extra_body: { ignore_eos: true }
      headers: { x-b: "2" }
      timeouts: { first_token: 3s }
      slo: { ttft: 300ms }
    - { name: plain, prompt: Hi, executor: constant-arrival-rate, rate: 2, duration: 1m30s }
execution:
  client: wire
  max_concurrency: 50
  warmup_requests: 5
  retry: { max_attempts: 4, initial_backoff_ms: 250, max_backoff_ms: 8000.5 }
  on_worker_loss: resume
  on_invalid: warn
slo: { ttft: 500ms, tpot: 50ms, e2e: 30s }
thresholds:
  ttft: ["p(95) < 800ms", { threshold: "p(99) < 2s", window: 30s, abort_on_fail: true, delay_abort_eval: 10s }]
  "errors{scenario:ramp}": rate < 1%
output: { export: [{ format: json, path: "./results/{name}_{timestamp}.json" }] }
`;
