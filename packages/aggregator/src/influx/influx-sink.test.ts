import { SeriesTotals } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { planOf, series } from '../__fixtures__/snapshots.ts';
import { influxSink } from './influx-sink.ts';

it('takes a window only when few wait to be read, whether InfluxDB is there or not', async () => {
  // Nobody listens on port 1.
  await using sink = influxSink({ url: 'http://127.0.0.1:1', onProblem: () => {} });
  void sink.start({ plan: planOf(), startedAtEpochMs: 0, version: '1' }).catch(() => {});
  let read = 0;
  let mostUnread = 0;
  for (let given = 1; given <= 60; given += 1) {
    const totals = new SeriesTotals();
    totals.add(series({ scheduled: 1, completed: 1 }));
    let isRead = false;
    const window = {
      startMs: given * 5000,
      durationMs: 5000,
      get totals() {
        if (!isRead) read += 1;
        isRead = true;
        return totals;
      },
    };
    await sink.write(window);
    mostUnread = Math.max(mostUnread, given - read);
  }
  expect(mostUnread).toBeLessThanOrEqual(8);
  expect(sink.unwritten).toBeGreaterThanOrEqual(50);
});
