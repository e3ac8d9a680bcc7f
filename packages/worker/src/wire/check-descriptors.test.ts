import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDescriptors } from './check-descriptors.ts';

const folder = mkdtempSync(join(tmpdir(), 'descriptors-'));
afterAll(() => rmSync(folder, { recursive: true }));

function kernel(openFiles: string, ports: string) {
  const files = {
    limits: join(folder, 'limits'),
    portRange: join(folder, 'ports'),
    descriptors: join(folder, 'fd'),
  };
  writeFileSync(
    files.limits,
    `Limit                     Soft Limit           Hard Limit           Units     \nMax processes             unlimited            unlimited            processes \nMax open files            ${openFiles.padEnd(21)}524288               files     \n`,
  );
  writeFileSync(files.portRange, `${ports}\n`);
  // Ten descriptors are open.
  mkdirSync(files.descriptors, { recursive: true });
  for (let index = 0; index < 10; index++) writeFileSync(join(files.descriptors, `${index}`), '');
  return files;
}

describe('checkDescriptors', () => {
  it('passes up to the limit: connections, open descriptors and 64 to spare', () => {
    expect(checkDescriptors(950, 950, kernel('1024', '32768\t60999'))).toEqual([]);
  });

  it('refuses one more, with the command that helps', () => {
    expect(() => checkDescriptors(951, 951, kernel('1024', '32768\t60999'))).toThrow(
      expect.objectContaining({
        code: 'E_LIMIT',
        exitCode: 2,
        message: 'the run may need 1025 open files (951 connections), this process is allowed 1024',
        hint: expect.stringContaining('`ulimit -n 1025`') as string,
      }),
    );
  });

  it('refuses more connections to one server than there are local ports', () => {
    const files = kernel('unlimited', '50000 50099');
    expect(checkDescriptors(5000, 100, files)).toEqual([]);
    expect(() => checkDescriptors(101, 101, files)).toThrow(
      expect.objectContaining({
        code: 'E_LIMIT',
        message: 'the run may need 101 connections to one server, this machine has 100 local ports',
      }),
    );
  });

  it('says what it could not check', () => {
    const missing = join(folder, 'missing');
    expect(checkDescriptors(1e9, 1e9, { limits: missing, portRange: missing, descriptors: missing })).toEqual(
      [
        'The limit on open files is not known here and was not checked.',
        'The range of local ports is not known here and was not checked.',
      ],
    );
  });

  it('reads the limits of this very process', () => {
    expect(checkDescriptors(1)).toEqual(
      process.platform === 'linux' ? [] : [expect.any(String), expect.any(String)],
    );
  });
});
