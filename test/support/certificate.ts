import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

/** A certificate of 127.0.0.1 that is signed by itself, and its key; both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes one with openssl. */
export async function selfSigned(): Promise<Certificate> {
  await using folder = await temporaryFolder();
  const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}
