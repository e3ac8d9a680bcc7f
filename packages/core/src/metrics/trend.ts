import type { EncodedTrend } from './snapshot.ts';
import type { MetricSummary } from '../report/report.ts';

export class Trend {
  record(_value: number): void {}
  merge(_encoded: EncodedTrend): void {}
  encode(): EncodedTrend {
    throw new Error();
  }
  summary(_unit: string): MetricSummary {
    throw new Error();
  }
}
