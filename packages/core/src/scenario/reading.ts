import type { z } from 'zod';
import { isSingleReference, missingMessage, missingNames, resolveReferences } from './environment.ts';
import type { Environment } from './environment.ts';
import { findingsOf } from './issue.ts';
import type { Finding } from './issue.ts';
import type { ProblemPlace, ScenarioPath, ScenarioProblem } from './problem.ts';
import type { ScenarioText } from './scenario-text.ts';
import { isWorkerResolved } from './secrets.ts';
import { mapTexts, valueAt, withValueAt } from './tree.ts';

/** A value that something beside the file sets; it wins over the file. */
export interface ScenarioOverride {
  readonly path: ScenarioPath;
  /** As the file would have it (`"30s"`, `20`); `undefined` removes the key. `${NAME}` is not resolved in it. */
  readonly value: unknown;
  /** The flag, for messages: `--request-rate`. */
  readonly origin: string;
}

/** One scenario being read: its value after overrides and references, and the problems found so far, each with its place. */
export class ScenarioReading {
  readonly #text: ScenarioText | undefined;
  readonly #overrides: readonly ScenarioOverride[];
  readonly #problems: ScenarioProblem[] = [];
  readonly #seen = new Set<string>();
  readonly value: unknown;

  constructor(
    text: ScenarioText | undefined,
    overrides: readonly ScenarioOverride[],
    environment: Environment,
  ) {
    this.#text = text;
    this.#overrides = overrides;
    let value = mapTexts(text?.value ?? {}, (found, path) => this.#resolved(found, path, environment));
    for (const override of overrides) value = withValueAt(value, override.path, override.value);
    this.value = value;
  }

  get problems(): readonly ScenarioProblem[] {
    return this.#problems;
  }

  /** The value at `path` as the schema reads it; `undefined` where there is none or anything in it is wrong. */
  section<Schema extends z.ZodType>(schema: Schema, path: ScenarioPath): z.output<Schema> | undefined {
    const value = valueAt(this.value, path);
    if (value === undefined) return undefined;
    for (const finding of findingsOf(schema, value, path)) this.#add(finding);
    return this.isSound(path) ? schema.parse(value) : undefined;
  }

  /** True while nothing wrong is known at or below `path`. */
  isSound(path: ScenarioPath): boolean {
    return !this.#problems.some((problem) => startsWith(problem.path, path));
  }

  /** Adds a problem; a second one about the same value is left out. */
  report(path: ScenarioPath, message: string, hint?: string, mark: 'key' | 'value' = 'value'): void {
    this.#add({ path, message, mark, ...(hint === undefined ? {} : { hint }) });
  }

  #add(finding: Finding): void {
    const identity = JSON.stringify(finding.path);
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    const { mark, ...problem } = finding;
    const place = this.#placeOf(finding.path, mark);
    this.#problems.push(place === undefined ? problem : { ...problem, place });
  }

  #placeOf(path: ScenarioPath, mark: 'key' | 'value'): ProblemPlace | undefined {
    const setter = this.#overrides.findLast((override) => startsWith(path, override.path));
    if (setter !== undefined) return { flag: setter.origin };
    for (let length = path.length; length > 0; length -= 1) {
      const part = path.slice(0, length);
      const place = this.#text?.placeOf(part, length === path.length ? mark : 'key');
      if (place !== undefined) return place;
      const beside = this.#overrides.find((override) => startsWith(override.path, part));
      if (beside !== undefined) return { flag: beside.origin };
    }
    return this.#text?.placeOf([], 'value');
  }

  #resolved(text: string, path: ScenarioPath, environment: Environment): unknown {
    if (!text.includes('${') || isWorkerResolved(path)) return text;
    if (this.#overrides.some((override) => startsWith(path, override.path))) return text;
    const missing = missingNames(text, environment);
    if (missing.length > 0) {
      this.report(path, missingMessage(missing), 'write $${NAME} for a literal ${NAME}');
      return text;
    }
    const resolved = resolveReferences(text, environment);
    const isPlain = this.#text?.isPlainAt(path) === true && isSingleReference(text);
    return isPlain ? scalarOf(resolved) : resolved;
  }
}

/** A plain reference stands for what its text would be in YAML: `rate: ${RATE}` is a number. */
function scalarOf(text: string): unknown {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function startsWith(path: ScenarioPath, start: ScenarioPath): boolean {
  return start.length <= path.length && start.every((step, index) => step === path[index]);
}
