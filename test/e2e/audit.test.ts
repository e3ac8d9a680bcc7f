import { readFile, stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import type { RecordingServer } from '../support/recording-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const secrets = { OWN_API_KEY: 'own-key-0123456', PATH_PART: 'path-secret-89', QUERY_CODE: 'query-secret-1' };
const prompt = 'Whatever somebody asks';
let server: RecordingServer;
let folder: TemporaryFolder;

beforeAll(async () => {
  server = await recordingServer();
  folder = await temporaryFolder();
  const url = new URL(server.url);
  await folder.write('s.yaml', {
    name: 'audited',
    providers: [
      {
        name: 'own',
        type: 'openai-compatible',
        base_url: `http://${url.host}/\${PATH_PART}/v1`,
        models: ['m', 'n'],
        api_key: '${OWN_API_KEY}',
        query: { code: '${QUERY_CODE}' },
        headers: { 'x-auth-token': 'literal-secret' },
      },
    ],
    workload: { scenarios: [{ name: 'a', prompt, requests: 4, concurrency: 2 }] },
    budget: { requests: 100 },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const run = (words: readonly string[], home: string, more: Readonly<Record<string, string>> = {}) =>
  tokenstorm(['run', 's.yaml', '--json', '--quiet', '--no-preflight', '--allow-invalid', ...words], {
    cwd: folder.path,
    environment: { TOKENSTORM_HOME: join(folder.path, home), ...secrets, ...more },
  });

async function entries(path: string): Promise<readonly AuditEntry[]> {
  const text = await readFile(join(folder.path, path), 'utf8');
  for (const secret of [...Object.values(secrets), 'literal-secret', prompt])
    expect(text).not.toContain(secret);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEntry);
}

describe('the audit log of runs on this machine', { timeout: 60_000 }, () => {
  it('has a line for the start and one for the end of each, without secrets or prompts', async () => {
    const end = await run([], 'home');
    const report = reportOf(end);
    const { version } = report.run;
    const who = { user: userInfo().username, host: hostname(), version };
    const fact = { audit: 'tokenstorm.audit/1', run: report.run.id, name: 'audited', ...who };
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await entries('home/audit.jsonl')).toEqual([
      {
        ...fact,
        time,
        event: 'start',
        mode: 'local',
        scenario_sha256: expect.stringMatching(/^[\da-f]{64}$/),
        regions: ['default'],
        hosts: [new URL(server.url).host],
        models: ['own/m', 'own/n'],
        planned: { requests: 8, peak_requests_per_second: null, users: 4, duration_s: null },
        budget: { requests: 100 },
      },
      {
        ...fact,
        time,
        event: 'end',
        verdict: 'passed',
        validity: report.validity.level,
        duration_s: report.run.duration_s,
        requests: { scheduled: 8, completed: 8, failed: 0, dropped: 0, lost: 0, cancelled: 0 },
        attempts: 8,
        input_tokens: report.tokens.input,
        output_tokens: report.tokens.output,
        usd: null,
      },
    ]);
    expect((await stat(join(folder.path, 'home/audit.jsonl'))).mode & 0o777).toBe(0o600);
    await run([], 'home');
    const [first, , second] = await entries('home/audit.jsonl');
    // The same scenario, whose hash nothing of the run is in.
    expect(second).toMatchObject({
      event: 'start',
      scenario_sha256: (first as { scenario_sha256: string }).scenario_sha256,
    });
  });

  it('has nothing of a dry run, of one that is refused, or where it is off', async () => {
    await run(['--dry-run'], 'dry');
    await run(['--request-rate', 'fast'], 'dry');
    await run(['--audit-log', 'off'], 'dry');
    await run([], 'dry', { TOKENSTORM_AUDIT_LOG: 'off' });
    await expect(entries('dry/audit.jsonl')).rejects.toThrow('ENOENT');
  });

  it('is where it is wanted, and has an end of a run without a report', async () => {
    const words = ['--audit-log', 'own/audit.jsonl', '--allow-host', 'example.com'];
    const { exitCode } = await run(words, 'elsewhere');
    expect(exitCode).toBe(2);
    expect(await entries('own/audit.jsonl')).toMatchObject([
      { event: 'start' },
      { event: 'end', verdict: 'unknown', requests: null },
    ]);
  });

  it('keeps a run from starting where it is asked for and cannot be written, and only then', async () => {
    const before = server.requests.length;
    const full = await run(['--audit-log', '/dev/full'], 'full');
    expect(full).toMatchObject({ exitCode: 2, stdout: '' });
    expect(full.stderr).toMatch(/audit log \/dev\/full cannot be written: .*ENOSPC/);
    expect(full.stderr).toContain('Nothing was sent.');
    expect(server.requests).toHaveLength(before);
    await folder.write('blocked', 'a file, no folder');
    const warned = await run([], 'blocked');
    expect(warned.exitCode).toBe(0);
    expect(warned.stderr).toContain('cannot write the audit log');
    expect(server.requests).toHaveLength(before + 8);
  });
});
