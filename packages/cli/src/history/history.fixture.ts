import type { Report } from '@tokenstorm/core';
import { reportOf, seriesOf } from '../reporters/report.fixture.ts';

/** What is said of a run in the history. */
export interface RunSketch {
  readonly id: string;
  readonly name?: string;
  /** ISO 8601; default: what the id begins with. */
  readonly startedAt?: string;
  /** Of its only request, ms. */
  readonly ttft?: number;
  readonly validity?: Report['validity']['level'];
}

/** The report of a run of one request. */
export function reportFor({
  id,
  name = 'chat',
  startedAt,
  ttft = 100,
  validity = 'valid',
}: RunSketch): Report {
  const accounting = { scheduled: 4, completed: 3, failed: 1 };
  const report = reportOf([seriesOf({ ttft: [ttft], e2e: [ttft * 2] }, { accounting })]);
  return {
    ...report,
    run: { ...report.run, id, name, started_at: startedAt ?? startOf(id) },
    validity: { ...report.validity, level: validity },
  };
}

/** `20261121-084512-k3v9qd` began at 2026-11-21T08:45:12Z. */
function startOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d).*/, '$1-$2-$3T$4:$5:$6.000Z');
}
