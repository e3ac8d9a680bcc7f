import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../support/command.ts';
import { Compose, docker } from '../support/compose.ts';
import { until } from '../support/fleet.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const image = 'tokenstorm:0.1.0';
const hardened = [
  '--rm',
  '--read-only',
  '--tmpfs=/tmp',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  `--volume=${root}scenarios:/scenarios:ro`,
];
const quickstart = ['run', '/scenarios/quickstart.yaml', '--with-sim', '--json', '--allow-invalid'];

describe('the image', () => {
  beforeAll(async () => {
    await Compose.prepare();
  }, 600_000);

  it('is the command: its version, its help', async () => {
    const { version } = JSON.parse(readFileSync(`${root}packages/cli/package.json`, 'utf8')) as {
      readonly version: string;
    };
    expect(await docker(['run', '--rm', image, '--version'])).toMatchObject({ stdout: `${version}\n` });
    expect((await docker(['run', '--rm', image])).stdout).toContain('Usage: tokenstorm');
  });

  it('runs a scenario from several processes, with no rights and nothing to write to but its store', async () => {
    const words = [...quickstart, '--duration', '4s', '--processes', '2'];
    const { accounting, run } = reportOf(await docker(['run', ...hardened, image, ...words]));
    expect(accounting.completed).toBe(accounting.scheduled);
    expect(accounting.scheduled).toBeGreaterThan(20);
    expect(run.name).toBe('quickstart');
  });

  it('gives its process the flags of the npm script, and its children too', async () => {
    const name = `tokenstorm-flags-${process.pid}`;
    const words = [...quickstart, '--duration', '20s', '--processes', '2'];
    const run = docker(['run', `--name=${name}`, ...hardened, image, ...words]);
    const commands = async () => {
      const { stdout } = await docker(['exec', name, 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "']);
      return stdout.split(/(?=node --)/).filter((line) => /main\.js/.test(line));
    };
    await until(
      'its two senders',
      async () => (await commands()).join('').split('worker-process-main').length === 3,
    );
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      readonly scripts: { readonly tokenstorm: string };
    };
    const flags = scripts.tokenstorm.split(' ').filter((word) => /^--(?!conditions)/.test(word));
    const all = (await commands()).join('\n');
    for (const flag of flags) expect(all.split(flag)).toHaveLength(4);

    // Process 1 answers Ctrl-C itself: what is under way finishes, and there is a report.
    await docker(['kill', '--signal', 'INT', name]);
    const end = await run;
    expect(end.exitCode).toBe(130);
    expect(reportOf(end).verdict).toBe('interrupted');
  });

  it('holds built code and what that needs: no tests, no types, no history, no keys, no npm', async () => {
    const find =
      'find -L /app /work /var/lib/tokenstorm -maxdepth 6 \\( -name "*.test.*" -o -name "*.ts" -o -name .git -o -name ".env*" -o -path "*/@tokenstorm/*/src" \\) -not -path "*/.pnpm/*"; id -u; which npm npx yarn corepack; ls /app/dist/main.js';
    const { stdout } = await docker(['run', '--rm', '--entrypoint', 'sh', image, '-c', find]);
    expect(stdout).toBe('1000\n/app/dist/main.js\n');
    const { stdout: size } = await docker(['image', 'inspect', '--format', '{{.Size}}', image]);
    console.log(`The image has ${Math.round(Number(size) / 1e6)} MB.`);
  });

  it('is healthy while a command runs that has nothing to say about it', async () => {
    const { exitCode } = await docker(['run', '--rm', '--entrypoint', 'healthcheck', image]);
    expect(exitCode).toBe(0);
  });
});
