import type { Clock } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import { HttpClients } from '@tokenstorm/worker';
import { rawClient } from './raw-client.ts';
import type { HttpClient, ResponseObserver } from '@tokenstorm/worker';

const clock: Clock = { nowMs: () => performance.now(), epochMs: () => Date.now() };
const options = { connectTimeoutMs: 10_000, tls: { insecure: true } };
const body = JSON.stringify({
  model: 'bench',
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: 'Say fifty words about the weather in the mountains.' }],
});

const totals = { requests: 0, events: 0, bytes: 0, failures: 0 };

function request(origin: string, path: string): HttpRequest {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' };
  return { method: 'POST', url: new URL(path, origin), headers, body };
}

function observer(onFirst: (atMs: number) => void, onDone: () => void): ResponseObserver {
  let first = true;
  return {
    onHead() {},
    onBody(_buffer, start, end, atMs) {
      totals.events++;
      totals.bytes += end - start;
      if (first) onFirst(atMs);
      first = false;
    },
    onEnd() {
      totals.requests++;
      onDone();
    },
    onFailure(failure) {
      totals.failures++;
      if (totals.failures === 1) console.error(failure);
      onDone();
    },
  };
}

/** Keeps `concurrency` requests open for `durationMs`; returns what one request and one event cost. */
async function closedLoop(client: HttpClient, work: HttpRequest, concurrency: number, durationMs: number) {
  const stopMs = performance.now() + durationMs;
  const firstMs: number[] = [];
  const start = { ...totals, cpu: process.cpuUsage(), atMs: performance.now() };
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      await new Promise<void>((resolve) => {
        const next = (): void => {
          if (performance.now() >= stopMs) return resolve();
          const sentMs = performance.now();
          const onFirst = (atMs: number): void => void firstMs.push(atMs - sentMs);
          client.send(work, observer(onFirst, next), options);
        };
        next();
      });
    }),
  );
  const cpu = process.cpuUsage(start.cpu);
  const elapsedMs = performance.now() - start.atMs;
  const requests = totals.requests - start.requests;
  const events = totals.events - start.events;
  const cpuMs = (cpu.user + cpu.system) / 1000;
  firstMs.sort((a, b) => a - b);
  return {
    requests,
    failures: totals.failures - start.failures,
    requestsPerSecond: Math.round((requests / elapsedMs) * 1000),
    eventsPerSecond: Math.round((events / elapsedMs) * 1000),
    cpuMsPerRequest: +(cpuMs / requests).toFixed(4),
    cpuUsPerEvent: +((cpuMs / events) * 1000).toFixed(2),
    cpuRatio: +(cpuMs / elapsedMs).toFixed(2),
    firstP50Ms: +firstMs[Math.floor(firstMs.length * 0.5)]!.toFixed(2),
    firstP99Ms: +firstMs[Math.floor(firstMs.length * 0.99)]!.toFixed(2),
    connectionsOpened: client.stats.connectionsOpened,
    rssMb: Math.round(process.memoryUsage.rss() / 1e6),
  };
}

/** Opens streams that stand still after their first event; returns what each adds to the process. */
async function idleStreams(client: HttpClient, work: HttpRequest, count: number) {
  globalThis.gc?.();
  const before = process.memoryUsage();
  await new Promise<void>((resolve) => {
    let open = 0;
    for (let index = 0; index < count; index++) {
      const first = (): void => {
        if (++open === count) resolve();
      };
      client.send(work, observer(first, first), options);
    }
  });
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 500));
  globalThis.gc?.();
  const after = process.memoryUsage();
  return {
    streams: count,
    rssKbPerStream: +((after.rss - before.rss) / count / 1024).toFixed(1),
    heapKbPerStream: +((after.heapUsed - before.heapUsed) / count / 1024).toFixed(1),
    rssMb: Math.round(after.rss / 1e6),
  };
}

const [origin = '', which = 'w1', how = 'wire'] = process.argv.slice(2);
const client =
  how === 'raw' ? rawClient() : new HttpClients(clock, {}).choose({ baseUrl: origin, http2: false });
if (which === 'w1') {
  await closedLoop(client, request(origin, '/burst'), 32, 1000);
  console.log(JSON.stringify(await closedLoop(client, request(origin, '/burst'), 32, 4000)));
} else if (which === 'w2') {
  await closedLoop(client, request(origin, '/stream'), 1000, 500);
  console.log(JSON.stringify(await closedLoop(client, request(origin, '/stream'), 1000, 4000)));
} else {
  await idleStreams(client, request(origin, '/hold'), 100);
  console.log(JSON.stringify(await idleStreams(client, request(origin, '/hold'), 5000)));
}
process.exit(0);
