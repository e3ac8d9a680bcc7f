import { figureNamed, parseRegressionLimit } from '../compare/regression-limit.ts';
import type { RegressionLimit } from '../compare/regression-limit.ts';
import type { Regression } from '../compare/regression-report.ts';
import { TokenstormError } from '../errors.ts';
import type { Parse } from './context.ts';
import { sections } from './schema.ts';

const defaultConfidence = 0.95;
const leastConfidence = 0.5;

/** The comparison with a baseline, where the file asks for one. Whether the baseline can be read is for the caller to see. */
export function readRegression(parse: Parse): { readonly regression?: Regression } {
  const { reading, resolvePath } = parse;
  const written = reading.section(sections.regression, ['regression']);
  if (written === undefined) return {};
  const { confidence = defaultConfidence, limits = {} } = written;
  if (confidence < leastConfidence || confidence >= 1) {
    reading.report(['regression', 'confidence'], 'must be at least 50% and below 100%', 'most take 95%');
  }
  if (Object.keys(limits).length === 0) {
    const hint = 'such as limits: { ttft.p95: 10%, errors: 0.5pp }; flags: --regression-limit ttft.p95=10%';
    reading.report(['regression'], '`regression` has no `limits`, so nothing could break it', hint, 'key');
  }
  if (written.baseline === undefined) {
    const hint =
      'the report of an earlier run (--export json=base.json) or its id; flags: --baseline base.json';
    reading.report(['regression'], '`regression` has no `baseline`', hint, 'key');
  }
  const baselines = [written.baseline ?? []].flat();
  return {
    regression: {
      baselines,
      paths: baselines.map(resolvePath),
      confidence,
      limits: Object.entries(limits).flatMap(([metric, text]) => readLimit(parse, metric, text) ?? []),
      runs: [],
    },
  };
}

function readLimit({ reading }: Parse, metric: string, text: string): RegressionLimit | undefined {
  const path = ['regression', 'limits', metric];
  let isNamed = false;
  try {
    figureNamed(metric);
    isNamed = true;
    return parseRegressionLimit(metric, text);
  } catch (error) {
    if (!(error instanceof TokenstormError)) throw error;
    reading.report(path, error.message, error.hint, isNamed ? 'value' : 'key');
    return undefined;
  }
}
