import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A scenario file that is removed when disposed. */
export interface OpenLoopFile extends Disposable {
  readonly path: string;
}

/** Writes a scenario of constant arrivals whose cap on requests in flight is out of the way: no flag sets it. */
export function openLoopFile(url: string, model: string, perSecond: number): OpenLoopFile {
  const folder = mkdtempSync(join(tmpdir(), 'tokenstorm-bench-'));
  const path = join(folder, 'open-loop.yaml');
  const provider = { name: 'simulator', type: 'openai-compatible', base_url: `${url}/v1`, models: [model] };
  const load = { executor: 'constant-arrival-rate', rate: perSecond, duration: '1s', max_in_flight: 10_000 };
  const workload = { scenarios: [{ name: 'open', ...load, prompt: 'Say something about the sea.' }] };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ version: 1, name: 'bench', providers: [provider], workload }));
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
