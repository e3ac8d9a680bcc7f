import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineFile } from './line-file.ts';

const options = { flushAfterMs: 5, maxPendingBytes: 1_000_000 };

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-line-file-'));
  path = join(folder, 'lines.txt');
});
afterEach(() => rm(folder, { recursive: true }));

const numbered = (count: number, name = 'line') =>
  Array.from({ length: count }, (_, index) => `${name} ${index}`);
const read = () => readFile(path, 'utf8');

describe('LineFile', () => {
  it('writes every line in order, after what was there, and knows how long the file is', async () => {
    await writeFile(path, 'before\n');
    const lines = numbered(5000, 'größer');
    const file = await LineFile.open(path, options);
    expect(file.bytes).toBe(7);
    for (const line of lines) expect(file.append(line)).toBe(true);
    await file[Symbol.asyncDispose]();
    const text = await read();
    expect(text).toBe(`before\n${lines.join('\n')}\n`);
    expect([file.bytes, file.linesLost, file.failure]).toEqual([Buffer.byteLength(text), 0, undefined]);
  });

  it('writes without being asked, a moment after the line came', async () => {
    await using file = await LineFile.open(path, options);
    file.append('one');
    for (let turn = 0; turn < 400 && (await read()) !== 'one\n'; turn += 1) await sleep(5);
    expect(await read()).toBe('one\n');
  });

  it('keeps the lines of several writers to one file whole', async () => {
    const files = await Promise.all(['a', 'b', 'c'].map(() => LineFile.open(path, options)));
    for (let round = 0; round < 3000; round += 1) {
      files.forEach((file, index) => file.append(`${'abc'[index]} ${round} ${'x'.repeat(round % 300)}`));
      if (round % 500 === 0) await sleep(1);
    }
    for (const file of files) await file[Symbol.asyncDispose]();
    const lines = (await read()).trimEnd().split('\n');
    expect(lines.length).toBe(9000);
    for (const name of ['a', 'b', 'c']) {
      const own = lines.filter((line) => line.startsWith(name));
      expect(own).toEqual(
        Array.from({ length: 3000 }, (_, round) => `${name} ${round} ${'x'.repeat(round % 300)}`),
      );
    }
  });

  it('takes no more than may wait, and counts what it did not take', async () => {
    const file = await LineFile.open(path, { ...options, maxPendingBytes: 100 });
    const taken = numbered(30).filter((line) => file.append(line));
    await file[Symbol.asyncDispose]();
    expect(taken.length).toBeGreaterThan(5);
    expect(taken.length).toBeLessThan(30);
    expect(file.linesLost).toBe(30 - taken.length);
    expect(await read()).toBe(`${taken.join('\n')}\n`);
  });

  it('on a full disk says so once, counts every line lost, and goes on without it', async () => {
    const failures: Error[] = [];
    const file = await LineFile.open('/dev/full', { ...options, onFailure: (cause) => failures.push(cause) });
    for (const line of numbered(10)) expect(file.append(line)).toBe(true);
    await file.flush();
    expect(file.append('late')).toBe(false);
    await file[Symbol.asyncDispose]();
    expect(failures.map((failure) => failure.message)).toEqual([expect.stringContaining('ENOSPC')]);
    expect([file.linesLost, file.failure]).toEqual([11, failures[0]]);
  });

  it('rejects where the file cannot be opened', async () => {
    await expect(LineFile.open(folder, options)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('LineFile.exchange', () => {
  it('goes on at the end of the file that was put in its place, and loses no line that came meanwhile', async () => {
    const file = await LineFile.open(path, options);
    for (const line of numbered(2000, 'old')) file.append(line);
    await file.flush();
    file.append('not yet written');
    await file.exchange(async () => {
      const lastLine = (await read()).split('\n').at(-2);
      file.append('while it is exchanged');
      await writeFile(`${path}.new`, `shorter\n${lastLine}\n`);
      await sleep(20);
      await rename(`${path}.new`, path);
    });
    file.append('after');
    await file[Symbol.asyncDispose]();
    const text = await read();
    expect(text).toBe('shorter\nold 1999\nnot yet written\nwhile it is exchanged\nafter\n');
    expect([file.bytes, file.linesLost]).toEqual([Buffer.byteLength(text), 0]);
  });

  it('keeps to the old file where that fails', async () => {
    const file = await LineFile.open(path, options);
    file.append('one');
    await expect(file.exchange(() => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    file.append('two');
    await file[Symbol.asyncDispose]();
    expect(await read()).toBe('one\ntwo\n');
  });
});
