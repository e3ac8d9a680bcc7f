import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAt, sampleOf } from './call-sample.fixture.ts';
import { CallsFile } from './calls-file.ts';
import type { CallsLine } from './calls-file.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const hourMs = 3_600_000;

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-calls-'))));
afterAll(() => rm(folder, { recursive: true }));

const fail = (cause: Error) => {
  throw cause;
};

async function opened(path: string, lines: CallsLine[] = []) {
  return CallsFile.open(path, nowMs, (line) => lines.push(line), fail);
}

const textOf = (lines: readonly CallsLine[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('a calls file', () => {
  it('gives back what was written, without the line that was cut off', async () => {
    const path = join(folder, 'new', 'calls.jsonl');
    const lines = [
      sampleOf(callAt(nowMs - hourMs)),
      { alert: 'errors: rate < 1%', state: 'firing', at: new Date(nowMs - 1).toISOString() } as const,
    ];
    {
      await using file = await opened(path);
      for (const line of lines) file.append(line);
    }
    await writeFile(path, '{"call":{"at":"20', { flag: 'a' });
    const found: CallsLine[] = [];
    await using file = await opened(path, found);
    expect(found).toEqual(lines);
    file.append(lines[0]!);
    await file.prune(nowMs);
    expect(await readFile(path, 'utf8')).toBe(textOf([...lines, lines[0]!]));
  });

  it('loses what is older than 25 hours, and nothing that comes meanwhile', async () => {
    const path = join(folder, 'old.jsonl');
    const [old, young, newest] = [25.1, 24.9, 0].map((hours) => sampleOf(callAt(nowMs - hours * hourMs)));
    await writeFile(path, textOf([old!, young!]));
    const found: CallsLine[] = [];
    {
      await using file = await opened(path, found);
      expect(found).toEqual([young]);
      const pruning = file.prune(nowMs + hourMs);
      file.append(newest!);
      await pruning;
    }
    expect(await readFile(path, 'utf8')).toBe(textOf([newest!]));
    expect((await readdir(folder)).filter((name) => name.endsWith('.next'))).toEqual([]);
  });

  it('is not made of a file that holds something else, which stays as it is', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'Dear diary\n');
    await expect(opened(path)).rejects.toThrow(/holds something else than calls/);
    expect(await readFile(path, 'utf8')).toBe('Dear diary\n');
  });

  it('belongs to one monitor at a time, by whatever name', async () => {
    const path = join(folder, 'claimed.jsonl');
    {
      await using _first = await opened(path);
      await symlink(path, `${path}.link`);
      for (const name of [path, `${path}.link`])
        await expect(opened(name)).rejects.toThrow(/is in use by another monitor/);
      await using _other = await opened(join(folder, 'other.jsonl'));
    }
    await using _next = await opened(path);
  });

  it('says where it cannot be written', async () => {
    await expect(opened('/proc/nothing/calls.jsonl')).rejects.toThrow(/cannot keep the calls in \/proc/);
  });
});
