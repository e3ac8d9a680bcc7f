import { describe, expect, it } from 'vitest';
import { sampleNotes, tokenNotes, travelNotes } from './notes.ts';

const requests = (count: number) => sampleNotes(new Map([['e2e', { count }]]));

describe('sampleNotes', () => {
  it.each([
    [0, ['No request completed: there are no latencies.']],
    [
      1,
      [
        '1 completed request is too few for the tail: p90 needs 64, p95 needs 130, p99 needs 662, p99.9 needs 6,636. Such percentiles are marked ~ in tables.',
      ],
    ],
    [
      661,
      [
        '661 completed requests are too few for the tail: p99 needs 662, p99.9 needs 6,636. Such percentiles are marked ~ in tables.',
      ],
    ],
    [
      6635,
      [
        '6,635 completed requests are too few for the tail: p99.9 needs 6,636. Such percentiles are marked ~ in tables.',
      ],
    ],
    [6636, []],
  ])('of %d requests', (count, notes) => {
    expect(requests(count)).toEqual(notes);
  });
});

describe('tokenNotes', () => {
  const accounting = { scheduled: 4, completed: 4, failed: 0, dropped: 0, lost: 0, cancelled: 0 };

  it('are silent where the provider counted', () => {
    expect(tokenNotes({ accounting, counters: { tokens_from_provider: 4 } })).toEqual([]);
  });

  it('say how many requests were estimated', () => {
    expect(tokenNotes({ accounting, counters: { tokens_from_provider: 3, tokens_estimated: 1 } })).toEqual([
      'The provider gave no token counts for 1 of 4 completed requests: their output tokens are estimated (characters / 4), and figures per token with them.',
    ]);
  });
});

describe('travelNotes', () => {
  it('names every way that is not the plain one', () => {
    const notes = travelNotes({
      paths: ['wire', 'undici-proxy', 'undici-h2', 'undici-redirect'],
      connectionsOpened: 9,
      redirects: 1200,
      decodedResponses: 3,
    });
    expect(notes.map((note) => note.split(/[:;]/)[0])).toEqual([
      'Requests went through the proxy that the environment names',
      'Requests went over HTTP/2 through undici',
      '1,200 redirects were followed',
      '3 responses were compressed although identity was asked for',
    ]);
  });

  it('has nothing to say of our own connections', () => {
    expect(travelNotes({ paths: ['wire'], connectionsOpened: 9, redirects: 0, decodedResponses: 0 })).toEqual(
      [],
    );
  });
});
