import { readRunOptions } from './read-run-options.ts';
import type { RunOptions } from './run-options.ts';

/** What is asked where neither a file nor a flag says it. */
const prompt = 'Count from one to twenty in words.';

/** The options of `tokenstorm probe`: those of a run of one request. A file's own load is left as it is and not sent. */
export function readProbeOptions(
  file: string | undefined,
  parsed: Readonly<Record<string, unknown>>,
): RunOptions {
  const options = readRunOptions(file, parsed);
  if (file !== undefined) return options;
  const { scenario } = options;
  const hasPrompt = scenario.prompt !== undefined || scenario.inputFile !== undefined;
  return {
    ...options,
    scenario: { ...scenario, concurrency: 1, requestCount: 1, ...(!hasPrompt && { prompt }) },
  };
}
