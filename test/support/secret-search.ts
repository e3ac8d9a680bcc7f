import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Any part of a secret that is so long counts as the secret. */
const partLength = 12;

/** Where a secret was found. */
export interface Leak {
  readonly secret: string;
  /** As it stands there. */
  readonly spelling: string;
  readonly place: string;
}

/** Looks for secrets, byte by byte, in every spelling in which they may have come back. */
export class SecretSearch {
  readonly #needles: readonly {
    readonly secret: string;
    readonly spelling: string;
    readonly bytes: Buffer;
  }[];

  constructor(secrets: Readonly<Record<string, string>>) {
    this.#needles = Object.entries(secrets).flatMap(([secret, value]) =>
      spellings(value).map((spelling) => ({ secret, spelling, bytes: Buffer.from(spelling) })),
    );
  }

  /** In bytes or in a text; `place` is what a leak is told by. */
  in(content: Buffer | string, place: string): readonly Leak[] {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return this.#needles.flatMap((needle) =>
      bytes.includes(needle.bytes) ? [{ secret: needle.secret, spelling: needle.spelling, place }] : [],
    );
  }

  /** In the names and the bytes of all files below a folder, but for those of these names. */
  async inFolder(folder: string, except: readonly string[] = []): Promise<readonly Leak[]> {
    const leaks: Leak[] = [];
    for (const path of await filesBelow(folder)) {
      if (except.some((name) => path.endsWith(`/${name}`))) continue;
      leaks.push(...this.in(path, `the name ${path}`), ...this.in(await readFile(path), path));
    }
    return leaks;
  }
}

/** Paths of the regular files below a folder, at any depth. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name))).isFile() ? [join(folder, name)] : [])),
  );
  return found.flat();
}

/** Parts of the text and of its spellings; base64 also in the two places that it may have after other bytes. */
function spellings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const shifted = ['', 'x', 'xx'].map((before) =>
    Buffer.from(before + value)
      .toString('base64')
      .slice(before === '' ? 0 : 4),
  );
  const whole = [
    value,
    encodeURIComponent(value),
    encodeURI(value),
    new URLSearchParams({ a: value }).toString().slice(2),
    json,
    json.replaceAll('/', '\\/').replaceAll('+', '\\u002B'),
    Buffer.from(value).toString('base64url'),
    Buffer.from(value).toString('hex'),
    ...shifted,
  ];
  return [...new Set(whole.flatMap(partsOf))];
}

function partsOf(text: string): readonly string[] {
  const count = Math.max(1, text.length - partLength + 1);
  return Array.from({ length: count }, (_, start) => text.slice(start, start + partLength));
}
