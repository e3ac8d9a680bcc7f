import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from './executable.ts';
import type { Peer, PeerJob, PeerLoad } from './workload.ts';

/** inference-perf of the Kubernetes project: a worker process for each core it may use. Needs Python 3.12. */
export const inferencePerf: Peer = {
  name: 'inference-perf',
  w1Requests: [2_000, 8_000],
  w2Requests: [3_000, 8_000],
  environment: { HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1' },
  find: () => findExecutable('INFERENCE_PERF', 'inference-perf'),
  command(executable, job) {
    const file = join(job.directory, 'config.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(configuration(job)));
    return [executable, '--config_file', file];
  },
  report({ directory }) {
    const folder = join(directory, 'result');
    const name = readdirSync(folder).find((file) => file.includes('summary_lifecycle')) ?? '';
    const { successes } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const ttft = successes?.latency?.time_to_first_token;
    return { ttftP50Ms: milliseconds(ttft?.median ?? ttft?.p50), ttftP99Ms: milliseconds(ttft?.p99) };
  },
};

function configuration({ load, model, url, tokenizer, directory, cores }: PeerJob): object {
  return {
    load: {
      ...loadStages(load),
      num_workers: cores,
      worker_max_concurrency: 2_000,
      worker_max_tcp_connections: 2_500,
      interval: 0,
      base_seed: 1,
    },
    api: { type: 'chat', streaming: true },
    server: { type: 'vllm', model_name: model, base_url: url, ignore_eos: false },
    tokenizer: { pretrained_model_name_or_path: tokenizer },
    data: { type: 'mock' },
    report: {
      request_lifecycle: {
        summary: true,
        per_stage: false,
        per_request: false,
        use_server_output_tokens: true,
      },
    },
    storage: { local_storage: { path: join(directory, 'result') } },
  };
}

function loadStages(load: PeerLoad): object {
  if (load.kind === 'open')
    return { type: 'constant', stages: [{ rate: load.perSecond, duration: load.seconds }] };
  return {
    type: 'concurrent',
    stages: [{ num_requests: load.requests, concurrency_level: load.users }],
  };
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
