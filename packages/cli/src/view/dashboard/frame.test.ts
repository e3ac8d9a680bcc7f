import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { frameOf } from './frame.ts';
import type { Size } from './frame.ts';
import { lineCells, paintedLine } from './line.ts';
import { glyphsFor } from './look.ts';
import type { Look } from './look.ts';
import type { ViewState } from './view-state.ts';
import { crowded, detailOf, sliceOf, stateOf, statusOf } from './view.fixture.ts';

const look: Look = { colours: false, glyphs: glyphsFor({}) };

function textOf(state: ViewState, size: Size, how: Look = look): string {
  return frameOf(state, size, how)
    .map((line) => paintedLine(line, how).trimEnd())
    .join('\n');
}

const states: readonly (readonly [string, ViewState])[] = [
  ['before any figure', stateOf(undefined, { status: undefined, messages: ['warning: late'] })],
  ['of one model', stateOf(detailOf())],
  [
    'of many',
    stateOf(crowded, { messages: Array.from({ length: 20 }, (_, n) => `warning: ${n} 模型 `.repeat(20)) }),
  ],
  ['of a slice', stateOf(crowded, { selected: 'region us-east' })],
  ['paused, with help', stateOf(crowded, { isPaused: true, showsHelp: true })],
  [
    'over Redis',
    stateOf(crowded, {
      status: statusOf(crowded, { workers: { 'eu-west': 3, 'us-east': 0 }, takeOvers: 2 }),
    }),
  ],
];

describe('a frame', () => {
  it('reads like this at 80 columns', () => {
    expect(textOf(stateOf(detailOf()), { columns: 80, rows: 24 })).toMatchInlineSnapshot(`
      " Tokenstorm  chat-eu-us  20261121-084512-k3v9qd              RUNNING 12s of 30s
       █████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  40%  18s left
      ── Load ────────────────────────────────────────────────────────  all requests ─
       Rate      19.8/s of 20 asked ████████   In flight 12                 ████████
       Output    1,523 tok/s        ████████   Generator CPU 12%
       Requests  225 completed   3 failed (1.3%)   0 dropped   0 lost
       Errors    rate_limited 2 (0.9%)   timeout 1 (0.4%)
       Cost      $0.42   Budget $0.45 of $2.00
      ── Latency, ms ─────────────────────────────────────────────────────────────────
       last 3 s  p50     p95     p99 │ run p50     p95     p99  p95 over time
       TTFT     90.7   130.7   180.3 │    90.7   130.7   180.3  █████████████████████
       E2E     599.0   667.1   698.4 │   599.0   667.1   698.4  █████████████████████
       ICL      7.15    15.4    46.6 │    7.15    15.4    46.6  █████████████████████
       TPOT     8.22    8.86    9.40 │    8.22    8.86    9.40  █████████████████████
      ── Thresholds ────────────────────────────────────────────  1 of 2 failing now ─
       ✗ errors: rate < 1%                                     1.3158%
       ✓ ttft: p(95) < 800ms                                   130.7 ms
      ── Validity so far ──────────────────────────────────────────────────  SUSPECT ─
       ● stamps SUSPECT 1.38 ms   ● starts ok 1.03 ms        ● CPU wait ok 0.2%
       ● lost ok 0%               ● knee ok 0%               ● errors ok 1.3%



        p pause the view  q stop  ? help"
    `);
  });

  it('reads like this at 200 columns, with groups', () => {
    const detail = detailOf({
      slices: [
        sliceOf('all', 'all requests'),
        sliceOf('target', 'own/模型-大きい'),
        sliceOf('target', 'own/small', { failed: 0 }),
        sliceOf('region', 'eu-west'),
        sliceOf('region', 'us-east'),
      ],
    });
    const state = stateOf(detail, {
      selected: 'target own/small',
      status: statusOf(detail, { workers: { 'eu-west': 2, 'us-east': 0 } }),
      messages: ['warning: Redis does not answer: trying again.'],
    });
    expect(textOf(state, { columns: 200, rows: 24 })).toMatchInlineSnapshot(`
      " Tokenstorm  chat-eu-us  20261121-084512-k3v9qd                                                                                                                                      RUNNING 12s of 30s
       █████████████████████████████████████████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  40%  18s left
      ── Load ─────────────────────────────────────────────────────────────────────────  target own/small (3 of 5) ─ │ ── Regions ────────────────────────────────────────────────────────────────────────────
       Rate      19.8/s                   █████████████████                                                          │                  workers in flight   CPU    done  failed   req/s  TTFT p50     p99
       Output    1,523 tok/s              █████████████████   Generator CPU 12%                                      │   eu-west              2         0     -     225    1.3%    19.8      90.7   180.3
       Requests  225 completed   0 failed   0 dropped   0 lost                                                       │   us-east              0         0     -     225    1.3%    19.8      90.7   180.3
       Errors    rate_limited 2 (0.9%)   timeout 1 (0.4%)                                                            │ ── Thresholds ───────────────────────────────────────────────────  1 of 2 failing now ─
      ── Latency, ms ──────────────────────────────────────────────────────────────────  target own/small (3 of 5) ─ │  ✗ errors: rate < 1%                                     1.3158%
       last 3 s  p50     p95     p99 │ run p50     p95     p99  p50 over time              p95 over time             │  ✓ ttft: p(95) < 800ms                                   130.7 ms
       TTFT     90.7   130.7   180.3 │    90.7   130.7   180.3  █████████████████████████  █████████████████████████ │ ── Validity so far ─────────────────────────────────────────────────────────  SUSPECT ─
       E2E     599.0   667.1   698.4 │   599.0   667.1   698.4  █████████████████████████  █████████████████████████ │  ● stamps SUSPECT 1.38/1.25 ms  ● starts ok 1.03/5 ms
       ICL      7.15    15.4    46.6 │    7.15    15.4    46.6  █████████████████████████  █████████████████████████ │  ● CPU wait ok 0.2%/10%       ● lost ok 0%                 ● knee ok 0%/1%
       TPOT     8.22    8.86    9.40 │    8.22    8.86    9.40  █████████████████████████  █████████████████████████ │  ● errors ok 1.3%/50%
      ── Targets ─────────────────────────────────────────────────────────────────────────────────────────────────── │ ── Requests a second ──────────────────────────────────────────────────────────────────
                            done  failed   req/s  TTFT p50     p99   tok/s  TTFT p95                                 │      19.8 │██████████████████████████████
        own/模型-大きい      225    1.3%    19.8      90.7   180.3   1,523  ██████████████████████████████           │           │██████████████████████████████
       >own/small            225       0    19.8      90.7   180.3   1,523  ██████████████████████████████           │           │██████████████████████████████
                                                                                                                     │           │██████████████████████████████
                                                                                                                     │           │██████████████████████████████
                                                                                                                     │           │██████████████████████████████
                                                                                                                     │         0 │██████████████████████████████
      ── Messages ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       warning: Redis does not answer: trying again.
        p pause the view  g next group  q stop  ? help"
    `);
  });

  describe.each(states)('%s', (_, state) => {
    it.each([
      [1, 1],
      [20, 5],
      [40, 12],
      [79, 24],
      [80, 24],
      [120, 40],
      [139, 60],
      [140, 20],
      [200, 50],
      [400, 100],
    ])('fills %d columns and %d rows, no more', (columns, rows) => {
      for (const how of [look, { colours: true, glyphs: glyphsFor({ LANG: 'C' }) }]) {
        const lines = frameOf(state, { columns, rows }, how);
        expect(lines).toHaveLength(Math.max(1, rows));
        for (const line of lines) expect(lineCells(line)).toBe(columns);
      }
    });

    it('sends no control character of a name to the terminal', () => {
      const lines = frameOf(state, { columns: 120, rows: 40 }, look).map((line) => paintedLine(line, look));
      // oxlint-disable-next-line no-control-regex -- that is what must not be there
      for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001F\u007F]/);
    });
  });

  it('has the same words with colours and without', () => {
    const [, state] = states[2]!;
    const size = { columns: 150, rows: 40 };
    const coloured = textOf(state, size, { ...look, colours: true });
    expect(coloured).toContain('\u001B[31m');
    expect(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, '')).toBe(textOf(state, size));
  });

  it('is pure ASCII where the locale is', () => {
    const state = stateOf(detailOf(), { messages: ['x'] });
    for (const columns of [80, 200]) {
      const text = textOf(state, { columns, rows: 50 }, { colours: false, glyphs: glyphsFor({ LANG: 'C' }) });
      // oxlint-disable-next-line no-control-regex -- ASCII and newlines
      expect(text).toMatch(/^[\u0000-\u007E]*$/);
    }
  });

  it('has its whole help at 80 columns and 24 rows', () => {
    const help = textOf(stateOf(detailOf(), { showsHelp: true }), { columns: 80, rows: 24 });
    expect(help).toContain('1.2/5 ms');
    expect(help).not.toContain('…');
  });

  it('makes its charts taller where rows are left', () => {
    const bars = (rows: number) =>
      textOf(stateOf(detailOf()), { columns: 200, rows })
        .split('\n')
        .filter((line) => line.includes('│█')).length;
    expect(bars(50)).toBeGreaterThan(bars(26) + 10);
  });

  it('keeps what matters in few rows: errors, validity and what fails', () => {
    const text = textOf(stateOf(crowded, { messages: ['Stopping.'] }), { columns: 80, rows: 24 });
    for (const words of [
      'Errors',
      'rate_limited',
      'TPOT',
      'SUSPECT',
      '✗ ttft',
      '3 of 9 failing now',
      'Stopping.',
    ])
      expect(text).toContain(words);
  });

  it('says what is not planned, and what q does', () => {
    const endless = stateOf(undefined, {
      status: { ...statusOf(detailOf()), plannedMs: undefined as never },
    });
    expect(textOf(endless, { columns: 80, rows: 24 })).toContain('no end planned');
    const attached = stateOf(detailOf(), { about: { name: 'x', runId: 'y', stopping: 'leaves' } });
    expect(textOf(attached, { columns: 80, rows: 24 })).toContain('q leave (the run goes on)');
    const ending = stateOf(detailOf(), { status: statusOf(detailOf(), { stage: 'draining' }) });
    expect(textOf(ending, { columns: 80, rows: 24 })).toContain('q stop now');
    expect(textOf(stateOf(detailOf(), { hasKeys: false }), { columns: 80, rows: 24 })).toContain(
      'Ctrl-C stops',
    );
  });
});
