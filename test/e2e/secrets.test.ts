import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportFormats, requestFormats } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf } from '../support/child-processes.ts';
import { CommandProcess, reportOf, tokenstorm } from '../support/command.ts';
import type { CommandEnd } from '../support/command.ts';
import { echoes, echoServer } from '../support/echo-server.ts';
import type { EchoServer } from '../support/echo-server.ts';
import { recordingServer } from '../support/recording-server.ts';
import { filesBelow, SecretSearch } from '../support/secret-search.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** None of them looks like a key of a known vendor, so that only knowing them can hide them. */
const environment = {
  API_KEY: 'q7Zp0-first.Secret/Value+1=',
  TENANT_TOKEN: 'wQ9-second_secret_value',
  QUERY_CODE: 'k3third%secret/value&more',
  SESSION: 'zz81fourthSecretValue',
  PATH_TOKEN: 'p5fifthSecretInThePath',
};
/** Written out in the scenario file, under names that say what they are. */
const literals = { TOKEN: 'L6sixth-literal-token', BODY_KEY: 'B7seventh-literal-key' };
const proxyPassword = 'P8eighthProxyPassword';
const secrets = { ...environment, ...literals, PROXY: proxyPassword };
const search = new SecretSearch(secrets);

const dialects = { chat: 'openai-compatible', responses: 'openai-compatible', messages: 'anthropic' };
const file = 's.yaml';

/** A target of each dialect for each way of saying it back. */
const providers = (url: string, names: readonly string[]) =>
  names.flatMap((name) =>
    Object.entries(dialects).map(([endpoint, type]) => ({
      name: `${name}-${endpoint}`,
      type,
      endpoint,
      base_url: `${url}/${name}/\${PATH_TOKEN}/v1`,
      models: ['m'],
      api_key: '${API_KEY}',
      headers: { 'x-tenant': '${TENANT_TOKEN}', 'x-auth-token': literals.TOKEN },
      query: { code: '${QUERY_CODE}' },
    })),
  );

/** A run over all of these ways, with as many requests as there are spellings. */
const scenario = (url: string, names: readonly string[], more: object = {}) => ({
  providers: providers(url, names),
  workload: {
    scenarios: [
      {
        name: 'a',
        prompt: 'Hello',
        requests: 10,
        headers: { cookie: 'session=${SESSION}' },
        extra_body: { api_key: literals.BODY_KEY },
      },
    ],
  },
  thresholds: { errors: 'rate < 1%' },
  output: {
    export: [...reportFormats, ...requestFormats].map((format) => ({ format, path: `out/{run}.${format}` })),
  },
  ...more,
});

/** A folder for everything that a command may write: as working directory, home, store and for temporary files. */
class Place implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #ends: CommandEnd[] = [];

  constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  get input() {
    const { path } = this.#folder;
    const at = (name: string) => join(path, name);
    const places = { HOME: at('home'), TOKENSTORM_HOME: at('store'), TMPDIR: at('tmp') };
    return { cwd: at('work'), environment: { ...environment, ...places } };
  }

  async run(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CommandEnd> {
    const { cwd, environment: variables } = this.input;
    const end = await tokenstorm(words, { cwd, environment: { ...variables, ...more } });
    this.add(end);
    return end;
  }

  add(end: CommandEnd): void {
    this.#ends.push(end);
  }

  /** Ends of the names of the files that were written. */
  async written(): Promise<readonly string[]> {
    const files = await filesBelow(this.#folder.path);
    return files.map((path) => /\.[a-z.]+$/.exec(path)?.[0] ?? path).toSorted();
  }

  async read(ending: string): Promise<string> {
    const paths = (await filesBelow(this.#folder.path)).filter((path) => path.endsWith(ending));
    return (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('');
  }

  /** Of the one run in the store. */
  async runId(): Promise<string> {
    return /"runId":"([^"]+)"/.exec(await this.read('.snapshots.jsonl'))?.[1] ?? 'none';
  }

  async leaks() {
    const printed = this.#ends.flatMap(({ stdout, stderr }) => [
      ...search.in(stdout, 'stdout'),
      ...search.in(stderr, 'stderr'),
    ]);
    // The scenario holds two of them itself.
    return [...printed, ...(await search.inFolder(this.#folder.path, [file]))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

async function place(document: object): Promise<Place> {
  const folder = await temporaryFolder();
  for (const name of ['work', 'home', 'store', 'tmp']) await mkdir(join(folder.path, name));
  await folder.write(`work/${file}`, document);
  return new Place(folder);
}

/** What everybody on this machine can read of its processes. */
async function commandLinesOnThisMachine(): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}

let server: EchoServer;
const all = Object.keys(echoes);

beforeAll(async () => {
  server = await echoServer();
});

afterAll(() => server[Symbol.asyncDispose]());

describe('what a server repeats of the secrets that it was sent', { timeout: 120_000 }, () => {
  it.concurrent.each([
    ['with our own client', ['--json']],
    ["with the vendors' packages", ['--client', 'sdk']],
    ['from two processes', ['--processes', '2', '--debug']],
  ])('is in no output, file, log or snapshot of a run %s', async (_, flags) => {
    await using here = await place(scenario(server.url, all));
    const { exitCode, stdout } = await here.run(['run', file, '--no-preflight', '--allow-invalid', ...flags]);
    expect(exitCode).toBe(99);
    const id = await here.runId();
    const again = [await here.run(['report', id]), await here.run(['report', id, '--json'])];
    expect(again.map((end) => end.exitCode)).toEqual([99, 99]);
    expect(await here.written()).toEqual(
      expect.arrayContaining(['.csv', '.json', '.jsonl', '.snapshots.jsonl', '.yaml']),
    );
    for (const ending of ['.csv', '.jsonl', '.snapshots.jsonl', '.json']) {
      expect(await here.read(ending)).toContain('[redacted]');
    }
    expect(stdout).toContain('[redacted]');
    expect(await here.leaks()).toEqual([]);
  });

  it.concurrent.each(['json', 'text', 'cut', 'answer', 'broken', 'redirect'])(
    'is in no wire trace: %s',
    async (name) => {
      await using here = await place(scenario(server.url, [name]));
      await here.run(['run', file, '--no-preflight', '--debug', '--quiet']);
      const trace = await here.read('.debug.txt');
      expect(trace).toContain('> POST ');
      expect(trace).toContain('[redacted]');
      expect(await here.leaks()).toEqual([]);
    },
  );

  it.concurrent('is not told where the look before the start fails', async () => {
    await using here = await place(scenario(server.url, all));
    const { exitCode, stderr } = await here.run(['run', file, '--debug']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the server refuses the key in API_KEY');
    expect(stderr).toContain('[redacted]');
    // The one is the audit log: something was asked.
    expect(await here.written()).toEqual(['.jsonl', '.yaml']);
    expect(await here.leaks()).toEqual([]);
  });

  it.concurrent('is not in a probe', async () => {
    await using here = await place(scenario(server.url, all));
    const text = await here.run(['probe', file]);
    const json = await here.run(['probe', file, '--json']);
    expect([text.exitCode, json.exitCode]).toEqual([1, 1]);
    expect(text.stdout).toContain('x-request-id');
    for (const { stdout } of [text, json]) expect(stdout).toContain('[redacted]');
    expect(await here.leaks()).toEqual([]);
  });

  it.concurrent('is not in a plan, and no literal of the file either', async () => {
    await using here = await place(scenario(server.url, all));
    for (const words of [
      ['validate', file],
      ['run', file, '--dry-run'],
    ]) {
      const ends = [await here.run(words), await here.run([...words, '--json'])];
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    }
    expect(await here.leaks()).toEqual([]);
  });

  it.concurrent.each([
    ['http', 'the server refuses the key in API_KEY'],
    ['https', 'no answer from https://api.invalid through the proxy'],
  ])('is not in what a proxy makes of it for %s', async (scheme, problem) => {
    await using here = await place(scenario(`${scheme}://api.invalid`, ['json']));
    const proxy = server.url.replace('//', `//me:${proxyPassword}@`);
    const variables = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    const looked = await here.run(['run', file], variables);
    expect(looked.exitCode).toBe(2);
    expect(looked.stderr).toContain(problem);
    const run = await here.run(['run', file, '--no-preflight', '--json', '--debug'], variables);
    expect(reportOf(run).accounting).toMatchObject({ completed: 0 });
    expect(server.received).toContain(Buffer.from(`me:${proxyPassword}`).toString('base64'));
    expect(await here.leaks()).toEqual([]);
  });

  it.concurrent('is not left behind by a run that is killed, nor seen while it goes on', async () => {
    const load = {
      executor: 'constant-arrival-rate',
      rate: 4,
      duration: '60s',
      max_in_flight: 5,
      prompt: 'Hello',
    };
    const workload = { scenarios: [{ name: 'a', ...load, headers: { cookie: 'session=${SESSION}' } }] };
    await using here = await place(scenario(server.url, all, { workload }));
    const words = ['run', file, '--no-preflight', '--processes', '2', '--debug'];
    const command = new CommandProcess(words, here.input);
    const deadlineMs = performance.now() + 60_000;
    while ((await here.read('.snapshots.jsonl')).split('\n').length < 5) {
      if (performance.now() > deadlineMs) throw new Error(`No snapshots.\n${command.stderr}`);
      await sleep(100);
    }
    expect(childrenOf(command.pid, 'worker-process-main')).toHaveLength(2);
    const commandLines = (await commandLinesOnThisMachine()).join('\n');
    expect(commandLines).toContain(file);
    expect(search.in(commandLines, 'the list of processes')).toEqual([]);
    expect(await search.inFolder('/dev/shm')).toEqual([]);
    command.signal('SIGKILL');
    here.add(await command.ended);
    const replayed = await here.run(['report', await here.runId()]);
    expect(replayed.stdout).toContain('[redacted]');
    expect(await here.leaks()).toEqual([]);
  });

  it.concurrent.each(['wire', 'sdk'])('does not go to another server by a redirect: %s', async (client) => {
    await using other = await recordingServer();
    await using first = await recordingServer(({ url }, response) => {
      response.writeHead(307, { location: other.url + url.replace(/\?.*/, '') }).end();
    });
    await using here = await place(scenario(first.url, ['a']));
    const end = await here.run(['run', file, '--no-preflight', '--json', '--client', client]);
    expect(reportOf(end).accounting.scheduled).toBe(30);
    expect(other.requests).toHaveLength(client === 'wire' ? 30 : 0);
    const headers = JSON.stringify(other.requests.map((request) => request.headers));
    expect(search.in(headers, 'headers')).toEqual([]);
  });

  it.concurrent('is not repeated where a scenario holds a key itself', async () => {
    const [first, ...others] = providers(server.url, ['json']);
    const literal = { ...first, api_key: environment.API_KEY };
    await using here = await place({ ...scenario(server.url, ['json']), providers: [literal, ...others] });
    const { exitCode, stdout, stderr } = await here.run(['run', file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('`api_key` holds a key itself');
    expect(await here.leaks()).toEqual([]);
  });

  it('was really sent, in every request', () => {
    for (const secret of Object.values({ ...environment, ...literals })) {
      const found = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
      expect(found.some((spelling) => server.received.includes(spelling))).toBe(true);
    }
    expect(server.answers).toBeGreaterThan(500);
  });
});
