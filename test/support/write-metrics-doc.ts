/** Writes docs/metrics.md. Run: node --conditions=source test/support/write-metrics-doc.ts */
import { writeFileSync } from 'node:fs';
import { metricsDocument } from './metrics-doc.ts';

writeFileSync(new URL('../../docs/metrics.md', import.meta.url), metricsDocument());
