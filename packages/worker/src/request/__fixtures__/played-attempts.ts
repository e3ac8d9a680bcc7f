import type { Clock, RequestErrorKind } from '@tokenstorm/core';
import { ResponseTimeline } from '../../stream/response-timeline.ts';
import type { AttemptFactory, AttemptResult } from '../attempt-run.ts';

/** How one attempt goes: answered where it has no kind. */
export interface AttemptPlay {
  /** 0 ends it before its start returns. */
  readonly durationMs: number;
  readonly kind: RequestErrorKind | undefined;
  readonly outputTokens: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Attempts that go as they are told instead of sending anything, and know how many of them are under way. */
export class PlayedAttempts {
  underWay = 0;
  mostUnderWay = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The attempts of one request, one after the other; the last play is repeated. */
  factory(plays: readonly AttemptPlay[]): AttemptFactory {
    let made = 0;
    return (_job, _parts, onEnd) => {
      const play = plays[Math.min(made, plays.length - 1)]!;
      made += 1;
      let startMs = 0;
      let timer: NodeJS.Timeout | undefined;
      const end = (): AttemptResult => {
        clearTimeout(timer);
        this.underWay -= 1;
        return this.#result(play, startMs);
      };
      const start = () => {
        startMs = this.#clock.nowMs();
        this.underWay += 1;
        this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
        if (play.durationMs === 0) onEnd(end());
        else timer = setTimeout(() => onEnd(end()), play.durationMs);
      };
      return { start, abort: end };
    };
  }

  #result({ kind, outputTokens, headers }: AttemptPlay, startMs: number): AttemptResult {
    const timeline = new ResponseTimeline();
    timeline.usage = { outputTokens };
    return {
      startMs,
      endMs: this.#clock.nowMs(),
      streamed: true,
      connection: { reused: true },
      staleReconnects: 0,
      headers,
      ...(kind === undefined ? { timeline } : { failure: { kind, message: kind } }),
    };
  }
}
