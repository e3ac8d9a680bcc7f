import { describe, expect, it } from 'vitest';
import type { LiveStatus } from './live-status.ts';
import { Progress } from './progress.ts';

const status: LiveStatus = {
  stage: 'running',
  elapsedMs: 12_000,
  plannedMs: 30_000,
  scheduled: 240,
  completed: 225,
  failed: 3,
  dropped: 0,
  lost: 0,
  cancelled: 0,
  inFlight: 12,
  startsPerSecond: 19.8,
  outputTokensPerSecond: 1523,
  ttftP50Ms: 240.2,
  ttftP99Ms: 456.8,
  generatorLagP99Ms: 0.3,
  cpuRatio: 0.12,
};

class Output {
  readonly writes: string[] = [];
  readonly isTTY: boolean;
  readonly columns: number = 80;
  writableNeedDrain = false;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.writes.push(text);
  }
}

/** What a terminal shows of these writes: it knows newline, return, cursor up and clear below, and nothing else. */
function screen(writes: readonly string[]): string[] {
  const lines = [''];
  let row = 0;
  let column = 0;
  // oxlint-disable-next-line no-control-regex -- escape sequences are what it reads
  for (const [token] of writes.join('').matchAll(/\u001B\[(\d+)A|\u001B\[J|\r|\n|[^\u001B\r\n]+/g)) {
    if (token === '\r') column = 0;
    else if (token === '\n') [row, column] = [row + 1, 0];
    else if (token === '\u001B[J') lines.splice(row, Infinity, (lines[row] ?? '').slice(0, column));
    else if (token.startsWith('\u001B')) row -= Number.parseInt(token.slice(2), 10);
    else {
      lines[row] = (lines[row] ?? '').slice(0, column).padEnd(column) + token;
      column += token.length;
    }
    lines[row] ??= '';
  }
  return lines;
}

function started(isTTY: boolean) {
  const output = new Output(isTTY);
  const clock = { ms: 1_000_000, nowMs: () => clock.ms };
  const progress = new Progress({ stream: output, clock, colours: false });
  return { output, clock, progress };
}

describe('progress on a terminal', () => {
  it('draws at once', () => {
    const { output, progress } = started(true);
    progress.update(status);
    expect(screen(output.writes)).toEqual(
      [
        'running  12s  ████████████████░░░░░░░░░░░░░░░░░░░░░░░░  40%  18s left',
        'requests 228 done | 19.8/s | 12 in flight | 3 failed',
        'TTFT p50 240.2 p99 456.8 ms | 1,523 tok/s | generator lag p99 0.300 ms | CPU 12%',
        '',
      ].map((line) => (line.length > 79 ? `${line.slice(0, 78)}…` : line)),
    );
  });

  it('redraws in place and leaves nothing of what was longer before', () => {
    const { output, clock, progress } = started(true);
    progress.update({ ...status, inFlight: 1_234_567, dropped: 99 });
    clock.ms += 1000;
    progress.update({ ...status, elapsedMs: 13_000 });
    const shown = screen(output.writes);
    expect(shown).toHaveLength(4);
    expect(shown[1]).toBe('requests 228 done | 19.8/s | 12 in flight | 3 failed');
  });

  it('redraws at most 4 times a second', () => {
    const { output, clock, progress } = started(true);
    for (let step = 0; step < 100; step++) {
      progress.update(status);
      clock.ms += 10;
    }
    expect(output.writes).toHaveLength(4);
  });

  it('does not write to a stream that is full', () => {
    const { output, progress } = started(true);
    output.writableNeedDrain = true;
    progress.update(status);
    expect(output.writes).toEqual([]);
  });

  it('leaves the terminal as it was, however often it is told to', () => {
    const { output, progress } = started(true);
    progress.update(status);
    progress.clear();
    progress.clear();
    expect(screen(output.writes)).toEqual(['']);
  });

  it('never hides the cursor or changes a mode, so that an abrupt end leaves nothing behind', () => {
    const { output, clock, progress } = started(true);
    progress.update(status);
    clock.ms += 1000;
    progress.update(status);
    progress.say('stopping');
    progress.clear();
    const codes = output.writes.join('').split('\u001B[').slice(1);
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(code).toMatch(/^(\d+A|J)/);
  });

  it('says things above the block', () => {
    const { output, progress } = started(true);
    progress.update(status);
    progress.say('Stopping: no new requests.');
    const shown = screen(output.writes);
    expect(shown).toHaveLength(5);
    expect(shown[0]).toBe('Stopping: no new requests.');
    expect(shown[1]).toContain('running');
  });

  it('clears what the terminal echoed below the block, such as ^C', () => {
    const { output, clock, progress } = started(true);
    progress.update(status);
    output.write('^C');
    clock.ms += 1000;
    progress.update(status);
    expect(screen(output.writes).join('\n')).not.toContain('^C');
  });
});

describe('progress elsewhere', () => {
  it('writes one plain line each 5 s', () => {
    const { output, clock, progress } = started(false);
    for (let second = 1; second <= 11; second++) {
      clock.ms += 1000;
      progress.update({ ...status, elapsedMs: second * 1000 });
    }
    progress.clear();
    expect(output.writes).toEqual([
      'running 5s/30s, 228 done, 19.8 req/s, 12 in flight, TTFT p50 240.2 p99 456.8 ms, 1,523 tok/s, 3 failed\n',
      'running 10s/30s, 228 done, 19.8 req/s, 12 in flight, TTFT p50 240.2 p99 456.8 ms, 1,523 tok/s, 3 failed\n',
    ]);
  });

  it('says things in a line', () => {
    const { output, progress } = started(false);
    progress.say('Stopping: no new requests.');
    expect(output.writes).toEqual(['Stopping: no new requests.\n']);
  });
});
