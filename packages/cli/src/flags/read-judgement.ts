import type { FlagValues } from './flag-values.ts';
import { parseGoodput } from './goodput.ts';
import { splitPair } from './key-value.ts';
import { readRegressionFlags } from './read-regression.ts';
import type { ExportFlag, ScenarioFlags } from './run-options.ts';
import { errorRateThreshold, parseThreshold } from './threshold-flag.ts';
import type { ThresholdFlag } from './threshold-flag.ts';

/** How the run is judged and where its report is written, from the flags. */
export function readJudgement(
  values: FlagValues,
): Pick<ScenarioFlags, 'slo' | 'thresholds' | 'baselines' | 'regressionLimits' | 'exports' | 'allowInvalid'> {
  const goodput = parseGoodput(values.all('--goodput'));
  for (const problem of goodput.problems) values.problem(problem);
  return {
    slo: goodput.slo,
    thresholds: [
      ...readThresholds(values),
      ...readErrorRate(values, '--failed-request-threshold'),
      ...readErrorRate(values, '--max-error-rate'),
    ],
    ...readRegressionFlags(values),
    exports: readExports(values),
    allowInvalid: values.switchValue('--allow-invalid') === true,
  };
}

function readThresholds(values: FlagValues): readonly ThresholdFlag[] {
  return values.all('--threshold').flatMap((text) => {
    const threshold = parseThreshold(text);
    if (threshold !== undefined) return [threshold];
    values.problem(`--threshold ${text}: expected 'metric: condition', such as 'ttft: p(95) < 800ms'`);
    return [];
  });
}

function readErrorRate(
  values: FlagValues,
  name: '--failed-request-threshold' | '--max-error-rate',
): readonly ThresholdFlag[] {
  const share = values.text(name);
  if (share === undefined) return [];
  const threshold = errorRateThreshold(share, { origin: name, abortOnFail: name === '--max-error-rate' });
  if (threshold !== undefined) return [threshold];
  values.problem(`${name} ${share}: expected a share such as 5% or 0.05`);
  return [];
}

/** Files that the flags name. */
export function readExports(values: FlagValues): readonly ExportFlag[] {
  const named = values.all('--export').flatMap((text) => {
    const [format, path] = splitPair(text, '=') ?? [];
    if (format !== undefined && path !== undefined && path !== '') {
      return [{ format, path, origin: '--export' }];
    }
    values.problem(`--export ${text}: expected format=path, such as json=report.json`);
    return [];
  });
  const output = values.text('--output');
  return [
    ...named,
    ...(output === undefined ? [] : [{ format: 'json', path: output, origin: '--output' }]),
    ...exportsOfLevel(values, named),
  ];
}

/** `records`: a file of every request, where none is named. */
function exportsOfLevel(values: FlagValues, named: readonly ExportFlag[]): readonly ExportFlag[] {
  const level = values.oneOf('--export-level', ['summary', 'records']);
  if (level !== 'records' || named.some(({ format }) => format === 'csv' || format === 'jsonl')) return [];
  return [{ format: 'jsonl', path: '{run}.requests.jsonl', origin: '--export-level' }];
}
