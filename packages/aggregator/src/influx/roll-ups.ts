import { reportedCost, sumOfFigures, sumOfTrend } from '@tokenstorm/core';
import type {
  PriceOf,
  SeriesFigures,
  SeriesGroup,
  SeriesLabels,
  SeriesTotals,
  Trend,
  TrendName,
} from '@tokenstorm/core';
import { allValues, labelTag } from './schema.ts';
import type { Tags } from './line.ts';

/** Series that are written as one: a group by itself, or several groups merged. */
export class RolledSeries {
  readonly tags: Tags;
  /** One group: the only series whose distributions are kept. */
  readonly isGroup: boolean;
  readonly #groups: readonly SeriesGroup[];

  constructor(tags: Tags, isGroup: boolean, groups: readonly SeriesGroup[]) {
    this.tags = tags;
    this.isGroup = isGroup;
    this.#groups = groups;
  }

  figures(): SeriesFigures {
    return sumOfFigures(this.#groups);
  }

  /** What its completed requests cost; undefined where one of its models has no price. */
  usd(priceOf: PriceOf): number | undefined {
    return reportedCost(this.#groups, priceOf)?.total_usd;
  }

  /** Undefined without data. Of a single group its own: to be read only. */
  trend(name: TrendName): Trend | undefined {
    const [first] = this.#groups;
    const trend = this.#groups.length === 1 ? first?.trends.get(name) : sumOfTrend(this.#groups, name);
    return trend === undefined || trend.count === 0 ? undefined : trend;
  }
}

/** Which labels a roll-up keeps beside the phase; the others become `_all`. */
const rolls: readonly (readonly (keyof SeriesLabels)[])[] = [['region'], ['provider', 'model'], []];

/**
 * Every series that a window is written as: each group, then each region, each model of a provider and everything, all by
 * phase. InfluxQL cannot merge percentiles, so what a panel may want as one is merged here.
 */
export function rolledSeries(totals: SeriesTotals): RolledSeries[] {
  const groups = totals.groups();
  const single = groups.map((group) => new RolledSeries(tagsOf(group.labels), true, [group]));
  const merged = rolls.flatMap((kept) => {
    const byTags = Map.groupBy(groups, ({ labels }) => JSON.stringify(tagsOf(labels, kept)));
    return [...byTags].map(([tags, group]) => new RolledSeries(JSON.parse(tags) as Tags, false, group));
  });
  return [...single, ...merged];
}

function tagsOf(labels: SeriesLabels, kept?: readonly (keyof SeriesLabels)[]): Tags {
  const tag = (name: keyof SeriesLabels) =>
    kept === undefined || kept.includes(name) ? labelTag(labels[name]) : allValues;
  return {
    provider: tag('provider'),
    model: tag('model'),
    scenario: tag('scenario'),
    region: tag('region'),
    phase: labels.phase,
  };
}
