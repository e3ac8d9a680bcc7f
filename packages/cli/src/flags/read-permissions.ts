import { statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Environment } from '@tokenstorm/core';
import { defaultVariables, parseHostPattern } from '@tokenstorm/worker';
import type { Permissions } from '@tokenstorm/worker';
import type { Flag } from './flag.ts';
import type { FlagValues } from './flag-values.ts';

/** What scenarios that come over Redis may make a worker do. Notes every problem. */
export function readWorkerPermissions(values: FlagValues, environment: Environment): Permissions {
  return {
    ...readServicePermissions(values, environment),
    folders: readFolders(values, environment),
  };
}

/** The same for an aggregator, which reads no files of scenarios. */
export function readServicePermissions(values: FlagValues, environment: Environment): Permissions {
  const hosts = readHosts(values, environment);
  return { ...(hosts !== undefined && { hosts }), variables: readVariables(values, environment) };
}

/** Patterns of the hosts that requests may go to; undefined where none is given. Notes what is no pattern. */
export function readHosts(values: FlagValues, environment: Environment): readonly string[] | undefined {
  const texts = listOf(values, '--allow-host', environment['TOKENSTORM_ALLOW_HOSTS'], ',');
  for (const text of texts ?? []) {
    if (parseHostPattern(text) !== undefined) continue;
    const expected =
      'a host name, *.domain, an IP address or a network such as 10.0.0.0/8, with or without :port';
    values.problem(`--allow-host ${text}: expected ${expected}`);
  }
  return texts;
}

function readVariables(values: FlagValues, environment: Environment): readonly string[] {
  const names = listOf(values, '--allow-env', environment['TOKENSTORM_ALLOW_ENV'], ',');
  for (const name of names ?? [])
    if (!/^[A-Za-z0-9_*]+$/.test(name))
      values.problem(`--allow-env ${name}: expected the name of a variable`);
  return names ?? defaultVariables;
}

function readFolders(values: FlagValues, environment: Environment): readonly string[] {
  const folders = listOf(values, '--data-dir', environment['TOKENSTORM_DATA_DIR'], delimiter) ?? [];
  return folders.map((folder) => {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      values.problem(`--data-dir ${folder}: there is no such folder`);
    return resolve(folder);
  });
}

/** The values of a repeatable flag, or else those of its variable; undefined where there are none. */
function listOf(
  values: FlagValues,
  name: Flag['name'],
  variable: string | undefined,
  separator: string,
): readonly string[] | undefined {
  const texts = values.isGiven(name) ? values.all(name) : (variable ?? '').split(separator);
  const list = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (list.length > 0) return list;
  // As `--allow-host "$HOSTS"` is without that variable: it must not allow everything.
  if (values.isGiven(name)) values.problem(`${name}: its value is empty; leave it out for its default`);
  return undefined;
}
