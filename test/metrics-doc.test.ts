import { readFileSync } from 'node:fs';
import { metricDefinitions } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { metricsDocument } from './support/metrics-doc.ts';

const path = new URL('../docs/metrics.md', import.meta.url);

describe('docs/metrics.md', () => {
  it('is what the table of metrics gives (else run: node --conditions=source test/support/write-metrics-doc.ts)', () => {
    expect(readFileSync(path, 'utf8')).toBe(metricsDocument());
  });

  it('has every metric once', () => {
    const rows = readFileSync(path, 'utf8').match(
      /^\| `[a-z0-9_]+` \| (ms|tokens|ratio|requests|attempts|connections|events|usd)/gm,
    );
    expect(rows).toHaveLength(metricDefinitions.length);
  });
});
