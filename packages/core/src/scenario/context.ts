import type { PriceBook } from '../cost/price-file.ts';
import type { Environment } from './environment.ts';
import type { ScenarioReading } from './reading.ts';

/** What parsing a scenario needs of the outside, so that it does no I/O itself. */
export interface ScenarioContext {
  readonly env: Environment;
  /** Text of a file; throws where it cannot be read. The path is absolute or relative to the working directory. */
  readText(path: string): string;
  /** SHA-256 of a text, in hexadecimal. */
  hash(text: string): string;
  /**
   * True (the default) where the workers have this very environment: a `${NAME}` that they will need is checked now.
   * False where they run elsewhere, or nothing will be sent.
   */
  readonly checksWorkerEnvironment?: boolean;
  /** The run goes over Redis: what it cannot have there is a problem. Default: false. */
  readonly isDistributed?: boolean;
  /** Prices of a file, which hold where the scenario has none; absent without a file. */
  readonly prices?: PriceBook;
}

/** A scenario file: its path, which errors cite and which its relative paths start from, and its text. */
export interface ScenarioSource {
  readonly path: string;
  readonly text: string;
}

/** What the steps of one parse share. */
export interface Parse {
  readonly reading: ScenarioReading;
  readonly context: ScenarioContext;
  /** A path in the scenario, relative to its folder, as `readText` wants it. */
  readonly resolvePath: (path: string) => string;
}

/** The path of a file that a scenario at `scenarioPath` names: relative paths start from the scenario's folder. */
export function resolvePath(scenarioPath: string | undefined, path: string): string {
  const folder = scenarioPath?.match(/^.*[/\\]/)?.[0];
  return isAbsolutePath(path) || folder === undefined ? path : folder + path.replace(/^(?:\.[/\\])+/, '');
}

/** Whether a path means the same from every folder. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** A file's name without folder and extension. */
export function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '').replace(/(?<=.)\.[^.]*$/, '');
}
