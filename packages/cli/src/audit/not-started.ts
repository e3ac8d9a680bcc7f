import { auditEndWithoutReport } from '@tokenstorm/core';
import type { AuditEntry, RunPlan } from '@tokenstorm/core';
import { auditActor } from './audit-actor.ts';

/** The last line in the audit log of a run that is taken back before its start. */
export function notStarted({ runId, scenario }: RunPlan, epochMs: number): AuditEntry {
  return auditEndWithoutReport({ runId, name: scenario.name }, 'not-started', {
    actor: auditActor(),
    epochMs,
  });
}
