import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contentOf, readResponse } from '../testing/chat-stream.ts';
import { chatRequest, exchange } from '../testing/raw-exchange.ts';
import { builtInModels } from '../settings/built-in-models.ts';
import { faultKinds } from '../settings/fault.ts';
import { readCommandLine, simulatorUsage } from './command-line.ts';

describe('readCommandLine', () => {
  it('has defaults', () => {
    expect(readCommandLine([])).toEqual({
      endsWithInput: false,
      options: {
        host: '127.0.0.1',
        port: 8_089,
        seed: 1,
        anyModel: false,
        keepAliveTimeoutMs: 0,
        pacing: 'timer',
        truth: { level: 'full' },
        models: {},
        allModels: {},
        faultPlan: {},
      },
    });
  });

  it('reads every flag', () => {
    const words =
      '--port 0 --host ::1 --seed 4 --any-model --api-key k --keep-alive-timeout 50 --pacing spin --truth summary --truth-records 9 --truth-log t --until-input-ends';
    const { options, endsWithInput } = readCommandLine([
      ...words.split(' '),
      '--all-models',
      '{"slots": 10}',
      '--fault-plan',
      '{"3": "stall"}',
    ]);
    expect(endsWithInput).toBe(true);
    expect(options).toEqual({
      host: '::1',
      port: 0,
      seed: 4,
      anyModel: true,
      apiKey: 'k',
      keepAliveTimeoutMs: 50,
      pacing: 'spin',
      truth: { level: 'summary', maxRecords: 9, file: 't' },
      models: {},
      allModels: { slots: 10 },
      faultPlan: { 3: 'stall' },
    });
  });

  it.each([
    [['--port', 'x'], '--port: must be'],
    [['--pacing', 'slow'], '--pacing: must be one of timer, spin'],
    [['--all-models', '{'], '--all-models: not JSON'],
    [['--all-models', '{"slot": 1}'], '--all-models: unknown setting slot'],
    [['--tls-key', 'a'], 'go together'],
    [['--what'], "Unknown option '--what'"],
    [['stray'], 'stray'],
  ])('refuses %j', (words, message) => {
    expect(() => readCommandLine(words)).toThrow(message);
  });
});

describe('the command', () => {
  const start = (words: readonly string[]) => {
    const main = fileURLToPath(import.meta.resolve('../main.ts'));
    return spawn(process.execPath, [main, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  };

  it('serves until its input ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    const file = join(folder, 'models.json');
    await writeFile(file, JSON.stringify({ mine: { tokens: 2, burst: true, ttft_ms: 1 } }));
    const child = start(['--port', '0', '--models', file, '--until-input-ends']);
    const [line] = await once(child.stdout, 'data');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? '';
    const { bytes } = await exchange(url, chatRequest('mine'));
    expect(contentOf(readResponse(bytes).body)).toBe(' the quick');
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await rm(folder, { recursive: true });
  });

  it('names every model and fault in its help', () => {
    const words = new Set(simulatorUsage.split(/[\s,:;()]+/));
    const names = [...Object.keys(builtInModels), ...faultKinds];
    expect(names.filter((name) => !words.has(name) && !words.has(`${name}5`))).toEqual(['reasoning_only']);
  });

  it('says what is wrong and exits with 2', async () => {
    const child = start(['--pacing', 'slow']);
    const [text] = await once(child.stderr, 'data');
    expect(String(text)).toBe('--pacing: must be one of timer, spin\n');
    expect(await once(child, 'exit')).toEqual([2, null]);
  });

  it('stops at SIGTERM', async () => {
    const child = start(['--port', '0']);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
