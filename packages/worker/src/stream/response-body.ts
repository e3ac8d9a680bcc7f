import type { ResponseTimeline } from './response-timeline.ts';

/** Reads the body of one successful response, as it comes, into a timeline. */
export interface ResponseBody {
  readonly timeline: ResponseTimeline;
  /** Bytes `[start, end)` of a buffer, read from the socket at `atMs`. The buffer may be used again afterwards. */
  read(buffer: Buffer, start: number, end: number, atMs: number): void;
  /** The body came to a clean end. Not called where the connection was lost. */
  end(): void;
}
