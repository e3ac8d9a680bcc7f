import { writeFileSync } from 'node:fs';
import { dashboardFiles } from './all-dashboards.ts';

for (const [name, content] of dashboardFiles())
  writeFileSync(new URL(`../dashboards/${name}`, import.meta.url), content);
