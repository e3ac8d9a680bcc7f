import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HourlyFile } from './hourly-file.ts';

const fail = (cause: Error) => {
  throw cause;
};

it('makes its folder, and says where it cannot', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tokenstorm-hourly-'));
  try {
    {
      await using _file = await HourlyFile.open(join(folder, 'new', 'hours.jsonl'), fail);
    }
    expect(await readFile(join(folder, 'new', 'hours.jsonl'), 'utf8')).toBe('');
    await writeFile(join(folder, 'file'), '');
    await expect(HourlyFile.open(join(folder, 'file', 'hours.jsonl'), fail)).rejects.toMatchObject({
      code: 'E_FILE',
      hint: expect.stringContaining('--output-dir') as string,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
