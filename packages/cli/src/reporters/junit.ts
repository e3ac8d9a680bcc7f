import XMLBuilder from 'fast-xml-builder';
import type { Report } from '@tokenstorm/core';
import { plainText } from '../view/page.ts';
import { styleOf } from '../view/style.ts';
import type { Tolerance } from './tolerance.ts';
import { junitCases } from './junit/junit-cases.ts';
import type { JunitCase } from './junit/junit-cases.ts';
import { junitProperties } from './junit/junit-properties.ts';
import { metricsTable } from './text/metrics-table.ts';

/** Columns of the table in `system-out`: viewers do not wrap it. */
const tableColumns = 110;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

/**
 * The report as JUnit XML, in the shape that Jenkins, GitLab and GitHub's actions read: one suite with a case for each
 * condition of the run. It fails where the exit code does.
 */
export function junitReport(report: Report, tolerance: Tolerance): string {
  const cases = junitCases(report, tolerance);
  const totals = {
    '@_tests': cases.length,
    '@_failures': countOf(cases, 'failure'),
    '@_errors': countOf(cases, 'error'),
    '@_time': report.run.duration_s.toFixed(3),
  };
  const suite = {
    '@_name': xmlText(plainText(report.run.name)),
    ...totals,
    // Not on `testsuites`: Jenkins's schema knows it here only.
    '@_skipped': countOf(cases, 'skipped'),
    // The schema of JUnit has no zone: UTC, to the second.
    '@_timestamp': report.run.started_at.slice(0, 19),
    properties: {
      property: junitProperties(report).map(([name, value]) => ({
        '@_name': name,
        '@_value': xmlText(value),
      })),
    },
    testcase: cases.map((one) => caseNode(one, report)),
    'system-out': { '#text': xmlText(metricsText(report)) },
  };
  const document = {
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: { '@_name': 'tokenstorm', ...totals, testsuite: suite },
  };
  return builder.build(document).trimEnd() + '\n';
}

function countOf(cases: readonly JunitCase[], kind: NonNullable<JunitCase['problem']>['kind']): number {
  return cases.filter(({ problem }) => problem?.kind === kind).length;
}

function caseNode({ group, name, timeSeconds, problem, output }: JunitCase, { run }: Report) {
  return {
    // Viewers cut it at its full stops into folders.
    '@_classname': `tokenstorm.${run.name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')}.${group}`,
    '@_name': xmlText(plainText(name)),
    '@_time': timeSeconds.toFixed(3),
    ...(problem !== undefined && {
      [problem.kind]: {
        '@_message': xmlText(plainText(problem.message)),
        '@_type': group,
        ...(problem.details !== '' && { '#text': xmlText(problem.details) }),
      },
    }),
    ...(output !== undefined && { 'system-out': { '#text': xmlText(output) } }),
  };
}

function metricsText(report: Report): string {
  return `\n${metricsTable(report, { width: tableColumns, style: styleOf(false) }).join('\n')}\n`;
}

/** Without the characters that XML 1.0 has no way to write: control characters and halves of surrogate pairs. */
function xmlText(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
