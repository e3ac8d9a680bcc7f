import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from './executable.ts';
import { prompt } from './workload.ts';
import type { Peer, PeerJob, PeerLoad } from './workload.ts';

/** NVIDIA AIPerf: several processes; token counts as the server gives them, which is cheaper for it. */
export const aiperf: Peer = {
  name: 'AIPerf',
  w1Requests: [1_000, 4_000],
  w2Requests: [2_000, 6_000],
  find: () => findExecutable('AIPERF', 'aiperf'),
  command(executable, job) {
    const prompts = join(job.directory, 'prompts.jsonl');
    writeFileSync(prompts, `${JSON.stringify({ text: prompt })}\n`);
    return [executable, 'profile', ...targetFlags(job), ...loadFlags(job.load), ...dataFlags(job, prompts)];
  },
  report(job) {
    const file = join(job.directory, 'result', 'profile_export_aiperf.json');
    const { time_to_first_token: ttft } = JSON.parse(readFileSync(file, 'utf8'));
    return { ttftP50Ms: ttft?.p50, ttftP99Ms: ttft?.p99 };
  },
};

function targetFlags({ model, url, tokenizer }: PeerJob): string[] {
  return ['-m', model, '--url', url, '--endpoint-type', 'chat', '--streaming', '--tokenizer', tokenizer];
}

function loadFlags(load: PeerLoad): string[] {
  if (load.kind === 'closed')
    return ['--concurrency', String(load.users), '--request-count', String(load.requests)];
  const requests = load.perSecond * load.seconds;
  return [
    '--request-rate',
    String(load.perSecond),
    '--arrival-pattern',
    'constant',
    '--request-count',
    String(requests),
  ];
}

function dataFlags({ directory }: PeerJob, prompts: string): string[] {
  const result = join(directory, 'result');
  return [
    `--input-file=${prompts}`,
    '--custom-dataset-type=single_turn',
    '--use-server-token-count',
    '--export-level=summary',
    '--ui=none',
    '--no-server-metrics',
    '--no-gpu-telemetry',
    `--output-artifact-dir=${result}`,
  ];
}
