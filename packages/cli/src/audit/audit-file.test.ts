import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendAudit, defaultAuditPath } from './audit-file.ts';

const entry = (run: string) => ({ audit: 'tokenstorm.audit/1', event: 'end', run }) as unknown as AuditEntry;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lines = async (path: string) => (await readFile(path, 'utf8')).split('\n');

describe('the audit log', () => {
  it('lies beside the runs of the store', () => {
    expect(defaultAuditPath({ TOKENSTORM_HOME: '/own' })).toBe('/own/audit.jsonl');
    expect(defaultAuditPath({ XDG_STATE_HOME: '/state' })).toBe('/state/tokenstorm/audit.jsonl');
  });

  it('is made for its owner alone, with its folder, and only added to', async () => {
    const path = join(folder, 'a', 'audit.jsonl');
    await appendAudit(path, entry('one'));
    await appendAudit(path, entry('two'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o700);
    expect(
      (await lines(path)).map((line) => (line === '' ? '' : (JSON.parse(line) as AuditEntry).run)),
    ).toEqual(['one', 'two', '']);
  });

  it('has whole lines whoever writes at the same time', async () => {
    const path = join(folder, 'audit.jsonl');
    const names = Array.from({ length: 50 }, (_, index) => `run-${index}`.repeat(50));
    await Promise.all(names.map((name) => appendAudit(path, entry(name))));
    const found = (await lines(path))
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as AuditEntry).run);
    expect(found.toSorted()).toEqual(names.toSorted());
  });

  it('begins a line of its own after half a line', async () => {
    const path = join(folder, 'audit.jsonl');
    await writeFile(path, '{"audit":"tokens');
    await appendAudit(path, entry('one'));
    expect(await lines(path)).toEqual(['{"audit":"tokens', JSON.stringify(entry('one')), '']);
  });

  it('says that a disk is full', async () => {
    await expect(appendAudit('/dev/full', entry('one'))).rejects.toThrow(/ENOSPC|full/);
  });
});
