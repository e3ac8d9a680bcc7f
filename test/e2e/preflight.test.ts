import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../support/closed-port.ts';
import { CommandProcess, reportOf, tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = 'the-right-key-1';
const pem = (part: string) =>
  fileURLToPath(
    new URL(`../../packages/worker/src/wire/__fixtures__/localhost.${part}.pem`, import.meta.url),
  );
let simulator: SimulatorProcess;
let tls: SimulatorProcess;

beforeAll(async () => {
  [simulator, tls] = await Promise.all([
    simulatorProcess(['--api-key', key]),
    simulatorProcess(['--tls-key', pem('key'), '--tls-cert', pem('cert')]),
  ]);
});

afterAll(() => Promise.all([simulator.close(), tls.close()]));

const provider = (name: string, base_url: string) => ({
  name,
  type: 'openai-compatible',
  base_url,
  models: ['sim-fast'],
});

const load = ['-c', '2', '-n', '3', '--prompt', 'Hello', '--quiet'];

async function run(url: string, model: string, flags: readonly string[] = [], token = key) {
  const words = ['run', '--url', url, '--model', model, '--api-key', '${KEY}', ...load, ...flags];
  return tokenstorm(words, { environment: { KEY: token } });
}

describe('before the load starts', { timeout: 60_000 }, () => {
  it('a wrong key is refused by name, without its value', async () => {
    const end = await run(simulator.url, 'sim-fast', [], 'a-wrong-key-123');
    expect(end).toMatchObject({ exitCode: 2, stdout: '' });
    expect(end.stderr).toContain('the server refuses the key in KEY (HTTP 401');
    expect(end.stderr).not.toContain('a-wrong-key-123');
  });

  it('a missing key is asked for', async () => {
    const { exitCode, stderr } = await tokenstorm([
      'run',
      '--url',
      simulator.url,
      '--model',
      'sim-fast',
      ...load,
    ]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the server wants a key and none is sent'),
    });
  });

  it('a wrong path is named', async () => {
    const { exitCode, stderr } = await run(`${simulator.url}/api/v1`, 'sim-fast');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        `there is nothing at ${simulator.url}/api/v1/chat/completions (HTTP 404)`,
      ),
    });
  });

  it('a model that does not exist is named, with the one that was meant', async () => {
    const { exitCode, stderr } = await run(simulator.url, 'sim-fsat');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('has no model `sim-fsat`');
    expect(stderr).toContain('did you mean `sim-fast`?');
  });

  it('a server that is down is named', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { exitCode, stderr } = await run(url, 'sim-fast');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`no answer from ${url}: connect ECONNREFUSED`);
  });

  it('a certificate that does not verify is named, with what to do', async () => {
    const { exitCode, stderr } = await run(tls.url, 'sim-fast');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the TLS connection to');
    expect(stderr).toContain('tls: { ca: ./ca.pem }');
  });

  it('a certificate of another host, and one that no authority has signed, are named', async () => {
    await using other = await simulatorProcess([
      '--host',
      '127.0.0.2',
      '--tls-key',
      pem('key'),
      '--tls-cert',
      pem('cert'),
    ]);
    await using folder = await temporaryFolder();
    const path = await folder.write('s.yaml', {
      providers: [{ ...provider('own', other.url), tls: { ca: pem('cert') } }],
      workload: { scenarios: [{ name: 'a', prompt: 'Hello', requests: 1 }] },
    });
    const { exitCode, stderr } = await tokenstorm(['run', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /does not match certificate's altnames.*use a name that the certificate is made out to/,
    );
  });

  it('https where the server speaks http is named', async () => {
    await using plain = await recordingServer();
    const { exitCode, stderr } = await run(plain.url.replace('http:', 'https:'), 'sim-fast');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/failed: wrong version number \(does the server speak http where/);
  });

  it.each([
    [
      'a name that nobody knows',
      'http://no-such-host.invalid',
      {},
      /no answer from http:\/\/no-such-host\.invalid: /,
    ],
    [
      'a proxy that is down',
      'http://api.invalid',
      { HTTP_PROXY: 'http://127.0.0.1:PORT' },
      /through the proxy: .*\(is the proxy in HTTP_PROXY right, and running\?/,
    ],
  ])('%s is named', async (_, url, variables, expected) => {
    const port = String(await closedPort());
    const proxy = Object.entries(variables).map(([name, value]) => [name, value.replace('PORT', port)]);
    const environment = Object.fromEntries(proxy) as Record<string, string>;
    const end = await tokenstorm(['run', '--url', url, '--model', 'm', ...load], { environment });
    expect(end).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(expected) });
  });

  it('something that speaks no HTTP is named', async () => {
    const ssh = createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'));
    ssh.listen(0, '127.0.0.1');
    await once(ssh, 'listening');
    const { exitCode, stderr } = await run(`http://127.0.0.1:${(ssh.address() as AddressInfo).port}`, 'm');
    ssh.close();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no answer from .*does the server speak HTTP/);
  });

  it('a server that hangs can be left with Ctrl-C at once', async () => {
    const hanging = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
    const command = new CommandProcess(['run', '--url', url, '--model', 'm', ...load]);
    await once(hanging, 'connection');
    command.signal('SIGINT');
    // By the signal, as its default is: there is nothing to report.
    expect(await command.ended).toEqual({ exitCode: null, stdout: '', stderr: '' });
    hanging.close();
  });

  it('addresses and names in all their forms are nothing to refuse', async () => {
    const paths = ['', '/', '/v1', '/v1///', '/v1/chat/completions', '/v1/chat/completions/'];
    const models = ['org/model', 'a b', 'ünï-😀', '%41?#&'];
    await using any = await simulatorProcess(['--any-model', '--api-key', key]);
    await using folder = await temporaryFolder();
    const path = await folder.write('s.yaml', {
      providers: paths.map((end, index) => ({
        ...provider(`p${index}`, any.url + end),
        models,
        api_key: '${KEY}',
      })),
      workload: { scenarios: [{ name: 'a', prompt: 'Hello', requests: 1 }] },
    });
    const words = ['run', path, '--json', '--quiet', '--allow-invalid'];
    const end = await tokenstorm(words, { environment: { KEY: key } });
    expect(reportOf(end).accounting).toMatchObject({ scheduled: 24, completed: 24 });
    const records = (await any.records()).filter(({ model }) => model !== '');
    expect([...new Set(records.map(({ model }) => model))].toSorted()).toEqual(models.toSorted());
    expect(new Set(records.map((record) => record.path))).toEqual(new Set(['/v1/chat/completions']));
  });

  it('http where the server speaks https is named', async () => {
    const { exitCode, stderr } = await run(tls.url.replace('https:', 'http:'), 'sim-fast');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/does the server speak HTTPS/);
  });

  it('each target is told of once, in one message', async () => {
    const { stderr } = await run(simulator.url, 'nope-one', ['--model', 'sim-fast', '--model', 'nope-two']);
    expect(stderr).toMatch(
      /2 problems\n {2}openai-compatible\/nope-one: .*\n {2}openai-compatible\/nope-two: /,
    );
  });

  it('one list is asked for and one empty request sent, and neither where it is not wanted', async () => {
    await simulator.reset();
    const end = await run(simulator.url, 'sim-fast', ['--json']);
    expect(reportOf(end).accounting).toMatchObject({ scheduled: 3, completed: 3 });
    // The list of models, and whether the key is taken: that list may be there for everybody.
    expect(await simulator.summary()).toMatchObject({
      outcomes: { completed: 3, rejected: 1 },
      other_requests: 1,
    });
    await simulator.reset();
    await run(simulator.url, 'sim-fast', ['--json', '--no-preflight']);
    expect(await simulator.summary()).toMatchObject({ received: 3, other_requests: 0 });
  });
});
