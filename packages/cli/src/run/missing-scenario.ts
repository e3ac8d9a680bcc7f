import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { suggestion } from '@tokenstorm/core';

const shown = 5;
const scenarioFile = /\.(?:ya?ml|json)$/;

/** What to say of a path at which there is no scenario file: the one that was probably meant, or what is there. */
export function missingScenarioHint(path: string): string {
  const inside = isFolder(path) ? surelyScenarios(path) : [];
  if (inside.length > 0) return `it is a folder; in it: ${listed(inside)}`;
  const near = nearFile(path);
  if (near !== undefined) return `did you mean ${near}?`;
  const beside = surelyScenarios(dirname(path));
  if (beside.length > 0) return `scenario files there: ${listed(beside)}`;
  return 'tokenstorm init writes one to start from';
}

/** A file of nearly the same name in that folder, or in `scenarios`. */
function nearFile(path: string): string | undefined {
  const stem = basename(path, extname(path));
  for (const folder of new Set([dirname(path), 'scenarios'])) {
    const files = scenariosIn(folder);
    const meant = suggestion(
      stem,
      files.map((file) => basename(file, extname(file))),
    );
    const file = files.find((some) => basename(some, extname(some)) === meant);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** JSON may be anything. */
function surelyScenarios(folder: string): readonly string[] {
  return scenariosIn(folder).filter((name) => !name.endsWith('.json'));
}

function scenariosIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter(
      (name) => scenarioFile.test(name) && !name.endsWith('.schema.json'),
    );
    return names.toSorted().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function listed(files: readonly string[]): string {
  return `${files.slice(0, shown).join(', ')}${files.length > shown ? ', …' : ''}`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
