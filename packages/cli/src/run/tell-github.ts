import { appendFile } from 'node:fs/promises';
import type { Environment, Report } from '@tokenstorm/core';
import { annotationsOf } from '../reporters/github/annotations.ts';
import { annotationCommand } from '../reporters/github/workflow-command.ts';
import { markdownReport } from '../reporters/markdown.ts';
import type { Tolerance } from '../reporters/tolerance.ts';
import { reasonOf } from './export-file.ts';

/**
 * Puts what a reviewer should see onto the run's page at GitHub: annotations, and the report into the summary of the step. On
 * stderr, where the runner reads them as it does on stdout, which scripts may want for themselves. Never rejects.
 */
export async function tellGithub(
  report: Report,
  tolerance: Tolerance,
  { GITHUB_STEP_SUMMARY: path = '' }: Environment,
): Promise<void> {
  for (const annotation of annotationsOf(report, tolerance))
    process.stderr.write(`${annotationCommand(annotation)}\n`);
  if (path === '') return;
  try {
    await appendFile(path, `${markdownReport(report)}\n`);
  } catch (cause) {
    process.stderr.write(`warning: cannot write the step summary to ${path}: ${reasonOf(cause)}\n`);
  }
}
