/** Writes docs/scenario.md. Run: npm run docs */
import { writeFileSync } from 'node:fs';
import { scenarioDocument } from './scenario-doc.ts';

writeFileSync(new URL('../../docs/scenario.md', import.meta.url), scenarioDocument());
