import { hostname, userInfo } from 'node:os';
import type { AuditActor } from '@tokenstorm/core';
import { version } from '../version.ts';

/** Whoever runs this process, as the audit log names them. */
export function auditActor(): AuditActor {
  return { user: userName(), host: hostname(), version };
}

/** In a container an account may have a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
