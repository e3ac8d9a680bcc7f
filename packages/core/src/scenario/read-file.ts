import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';

/** Text of a file that the scenario names at `place`; `undefined`, and a problem there, where it cannot be read. */
export function readFile(
  { reading, context, resolvePath }: Parse,
  path: string,
  place: ScenarioPath,
  hint = "a path starts from the scenario file's folder",
): string | undefined {
  try {
    return context.readText(resolvePath(path));
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    reading.report(place, `cannot read ${path}: ${reason}`, hint);
    return undefined;
  }
}
