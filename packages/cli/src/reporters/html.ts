import type { Report } from '@tokenstorm/core';
import { readAssets } from './html/assets.ts';
import { callsPart } from './html/calls-part.ts';
import { summaryCards } from './html/cards.ts';
import { chartGrid } from './html/chart.ts';
import type { Chart } from './html/chart.ts';
import { courseCharts, errorCharts } from './html/course.ts';
import { distributionCharts } from './html/distributions.ts';
import { errorsPart } from './html/errors-part.ts';
import { gapsPart, healthPart } from './html/health-part.ts';
import { regressionPart, thresholdsPart } from './html/limits-part.ts';
import { markup } from './html/markup.ts';
import { modelsPart } from './html/models-part.ts';
import { overview } from './html/overview.ts';
import { pageDocument } from './html/page.ts';
import { percentileTable } from './html/percentiles.ts';
import { groupsPart, regionsPart } from './html/places-part.ts';
import { scenarioPart } from './html/scenario-part.ts';
import type { PageSection } from './html/section.ts';

/** The report as one HTML page that needs nothing beside it: no network, and for its tables no JavaScript either. */
export function htmlReport(report: Report): string {
  const charts = {
    distributions: distributionCharts(report),
    course: courseCharts(report),
    errors: errorCharts(report),
  };
  return pageDocument({
    report,
    head: markup`${overview(report)}${summaryCards(report)}`,
    sections: sectionsOf(report, charts),
    charts: Object.fromEntries(
      Object.values(charts)
        .flat()
        .map(({ id, data }) => [id, data]),
    ),
    assets: readAssets(),
  });
}

type Charts = Readonly<Record<'distributions' | 'course' | 'errors', readonly Chart[]>>;

/** Those that have something to say, in the order in which a reader asks. */
function sectionsOf(report: Report, charts: Charts): readonly PageSection[] {
  const { thresholds, regression = null, gaps, groups, run, notes } = report;
  const regions = new Set(groups.map(({ labels }) => labels.region)).size;
  return [
    ...part('latency', 'Latency', true, () => [chartGrid(charts.distributions), percentileTable(report)]),
    ...part('thresholds', 'Thresholds', thresholds.length > 0, () => thresholdsPart(thresholds)),
    ...part('regression', 'Regression', regression !== null, () => regression && regressionPart(regression)),
    ...part('course', 'Over time', true, () => courseContent(charts.course)),
    ...part('errors', 'Errors', true, () => errorsPart(report, charts.errors)),
    ...part('models', 'Models', true, () => modelsPart(report)),
    ...part('regions', 'Regions', regions > 1, () => regionsPart(report)),
    ...part('groups', 'Groups', groups.length > 1, () => groupsPart(report)),
    ...part('calls', 'Calls', true, () => callsPart(report)),
    ...part('gaps', 'Gaps', gaps.length > 0, () => gapsPart(gaps)),
    ...part('generator', 'Generator', true, () => healthPart(report)),
    ...part(
      'notes',
      'Notes',
      notes.length > 0,
      () =>
        markup`<ul>
          ${notes.map((note) => markup`<li>${note}</li>`)}
        </ul>`,
    ),
    ...part('scenario', 'Scenario', run.workloads.length > 0, () => scenarioPart(report)),
  ];
}

function part(
  id: string,
  title: string,
  isShown: boolean,
  content: () => PageSection['content'],
): PageSection[] {
  return isShown ? [{ id, title, content: content() }] : [];
}

function courseContent(charts: readonly Chart[]): PageSection['content'] {
  if (charts.length === 0) return markup`<p class="empty">The run was too short for a course over time.</p>`;
  return chartGrid(charts);
}
