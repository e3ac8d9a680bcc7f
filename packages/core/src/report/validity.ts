import type { Accounting } from '../metrics/snapshot.ts';
import type { Finding } from './finding.ts';
import { generatorFindings } from './generator-findings.ts';

import type { GeneratorInput } from './generator.ts';
import type { JudgedTrends } from './judged-trends.ts';
import type { LoadCourse } from './load-course.ts';
import {
  errorFinding,
  kneeFinding,
  lostFinding,
  lostWorkerFinding,
  missingFinding,
  tokenCountFinding,
} from './outcome-findings.ts';
import type { LostWorkerInput, TokenCounts } from './outcome-findings.ts';
import type { Validity } from './report.ts';

/** What the validity is judged by: the run's totals of phase `main`, and the generator's condition meanwhile. */
export interface ValidityInput {
  readonly accounting: Accounting;
  readonly trends: JudgedTrends;
  /** Of the open-loop workloads that were long enough to follow. */
  readonly courses: readonly LoadCourse[];
  readonly generator: GeneratorInput;
  /** Parts of the load that never said that they were done; default 0. */
  readonly missingShards?: number;
  /** The loss of a worker that ended the run. */
  readonly lostWorker?: LostWorkerInput;
  /** Absent where no tokenizer counted. */
  readonly tokenCounts?: TokenCounts;
}

/**
 * Whether the numbers are the server's or the generator's own: judged by the generator's lateness (`schedule_lag`,
 * `send_delay`), by how late it may have looked at its sockets and by requests without an outcome, never by waits that a
 * limit or the server caused. A number on the limit keeps to it. What makes a run invalid comes first. docs/validity.md
 * explains each reason.
 */
export function validityOf(input: ValidityInput): Validity {
  const findings = [
    ...generatorFindings(input.trends, input.generator),
    lostWorkerFinding(input.lostWorker),
    lostFinding(input.accounting),
    missingFinding(input.missingShards),
    kneeFinding(input),
    errorFinding(input.accounting),
    tokenCountFinding(input.tokenCounts),
  ].filter((finding) => finding !== undefined);
  const worstFirst = [...ofLevel(findings, 'invalid'), ...ofLevel(findings, 'suspect')];
  return { level: worstFirst[0]?.level ?? 'valid', reasons: worstFirst.map(({ reason }) => reason) };
}

function ofLevel(findings: readonly Finding[], level: Finding['level']): Finding[] {
  return findings.filter((finding) => finding.level === level);
}
