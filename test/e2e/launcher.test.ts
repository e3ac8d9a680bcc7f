import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
const launcher = join(top, 'packages/cli/bin/tokenstorm.cjs');
const run = promisify(execFile);

/** Makes this Node call itself another version before the command starts. */
const otherVersion =
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";

describe('the command as it is installed', () => {
  it('says what an old Node lacks, and nothing else', async () => {
    const preload = `--import=data:text/javascript,${encodeURIComponent(otherVersion)}`;
    await expect(run(process.execPath, [preload, launcher, 'run', 'x.yaml'])).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'error: tokenstorm needs Node.js 24 or newer; this is 20.20.2\n  hint: install it from https://nodejs.org, or use the container image\n',
    });
  });

  it('is compiled once for all starts, in a folder of the user', async () => {
    await using folder = await temporaryFolder();
    const { PATH } = process.env;
    const env = { PATH, TOKENSTORM_HOME: folder.path };
    const { stdout } = await run(process.execPath, [launcher, '--version'], { env });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(readdirSync(join(folder.path, 'compile-cache'))).not.toEqual([]);
  });

  it('starts what sends with the flags of the npm script and of the image', async () => {
    const flags = flagsIn(readFileSync(join(top, 'packages/cli/bin/start.cjs'), 'utf8'));
    const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
      readonly scripts: { readonly tokenstorm: string };
    };
    expect(flags).toHaveLength(6);
    expect(flagsIn(scripts.tokenstorm).filter((flag) => flag !== '--conditions=source')).toEqual(flags);
    expect(flagsIn(readFileSync(join(top, 'deploy/docker/tokenstorm'), 'utf8'))).toEqual(flags);

    const preload = '--import=data:text/javascript,console.error(process.pid,process.execArgv.join(" "))';
    const started = run(process.execPath, [preload, launcher, 'run', 'no-such-file.yaml']);
    const { stderr } = (await started.catch((failure: unknown) => failure)) as { readonly stderr: string };
    const starts = stderr.split('\n').filter((line) => line.includes('--import'));
    expect(starts).toHaveLength(2);
    expect(flagsIn(starts[1]!).filter((flag) => !flag.startsWith('--import'))).toEqual(flags);
    // Whoever waits for it, or ends it, knows the process by its id.
    expect(new Set(starts.map((line) => line.split(' ')[0])).size).toBe(1);
  });
});

function flagsIn(text: string): string[] {
  return text.match(/--(?:[a-z]+-)*[a-z]+=[\w.]+|--single-threaded-gc/g) ?? [];
}
