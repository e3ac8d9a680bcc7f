import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import type { Execution, ExportTarget } from './scenario.ts';
import { sections } from './schema.ts';
import { didYouMean } from './suggestion.ts';

const pathVariables = ['name', 'timestamp', 'run'];

/** The exports of `output`. */
export function readExports(parse: Parse): readonly ExportTarget[] {
  const output = parse.reading.section(sections.output, ['output']);
  return (output?.export ?? []).flatMap((target, index) => {
    const place = ['output', 'export', index];
    for (const key of ['url', 'database', 'retention'] as const) {
      if (target[key] === undefined) continue;
      parse.reading.report(
        [...place, key],
        `\`${key}\` does not go with the format ${target.format}`,
        undefined,
        'key',
      );
    }
    if (target.path === undefined) {
      parse.reading.report([...place, 'path'], `\`path\` is missing: ${target.format} is written to a file`);
      return [];
    }
    checkPathVariables(parse, target.path, [...place, 'path']);
    return target.format === 'json' ? [{ format: target.format, path: target.path }] : [];
  });
}

function checkPathVariables({ reading }: Parse, path: string, place: ScenarioPath): void {
  for (const [whole, name = ''] of path.matchAll(/\{([^{}]*)\}/g)) {
    if (pathVariables.includes(name)) continue;
    reading.report(place, `\`${whole}\` in a path is not known`, didYouMean(name, pathVariables));
  }
}

/** `execution` with its defaults. */
export function readExecution({ reading }: Parse): Execution {
  const execution = reading.section(sections.execution, ['execution']);
  return {
    ...(execution?.max_concurrency === undefined ? {} : { maxConcurrency: execution.max_concurrency }),
    warmupRequests: execution?.warmup_requests ?? 0,
    onInvalid: execution?.on_invalid ?? 'fail',
  };
}
