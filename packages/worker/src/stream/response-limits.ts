/**
 * What one response may cost this process at the most, whatever a server sends. A response that passes one of them is cut off at
 * once: its connection is closed, and it has failed as `protocol`. They are far above what any model says.
 */
const mebibyte = 1024 * 1024;

/** Longest line and longest event of a stream; both are put together in memory. */
export const maxEventBytes = 8 * mebibyte;
/** Longest body that was not streamed: it is kept until its end, and parsed at once. */
export const maxBodyBytes = 16 * mebibyte;
/** Content events of a stream: of each a few numbers are kept until its end, 2 to 8 MB in all. The longest answers have half of it. */
export const maxContentEvents = 262_144;
/** All bytes of a stream, decoded. Nothing of them is kept, so this bounds time and traffic only. */
export const maxStreamBytes = 1024 * mebibyte;
/** As much of an error's body as is read: what comes after it is not waited for. */
export const maxErrorBodyBytes = mebibyte;
/** Encoded bytes that wait to be decoded: a server that sends faster than they can be decoded. */
export const maxWaitingBytes = 16 * mebibyte;
/** Characters of an answer that are kept where a tokenizer counts them; a longer one is not counted. */
export const maxKeptCharacters = 16 * mebibyte;
/** Informational responses (1xx) before the final one. */
export const maxInterimResponses = 32;

/** A number of bytes for a message. */
export function inMebibytes(bytes: number): string {
  return `${bytes / mebibyte} MiB`;
}
