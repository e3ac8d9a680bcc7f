import type { SentUsage } from '../truth/truth-usage.ts';
import type { Frame } from '../wire/frame.ts';
import type { Outline } from './outline.ts';

/** What a streamed answer says, in order and without times. */
export interface StreamShape {
  /** What comes before the first token: the chunk with only the role, or whatever the dialect begins with. */
  readonly opening: readonly Frame[];
  /** The content events; what they carry is in the frames. */
  readonly content: readonly Frame[];
  /** What follows the last token: finish reason, usage, end mark, and the end of the HTTP body last. */
  readonly tail: readonly Frame[];
  readonly usage: SentUsage | null;
  /** What an error after so many content events is told by, without the end of the HTTP body. */
  readonly failure: (contentEvents: number) => readonly Frame[];
}

/** An answer in one JSON text, with id holes. */
export interface WholeBody {
  readonly json: string;
  readonly usage: SentUsage | null;
}

/** Puts outlines into the words of one endpoint, for one model. */
export interface Script {
  stream(outline: Outline): StreamShape;
  body(outline: Outline): WholeBody;
  /** Told while the first token is awaited, where the behaviour has pings. */
  readonly ping: Frame;
  /** A content event whose JSON stops in its middle; it carries no tokens. */
  readonly brokenContent: Frame;
  /** The body that tells of an error under status 200. */
  readonly errorBody: string;
}
