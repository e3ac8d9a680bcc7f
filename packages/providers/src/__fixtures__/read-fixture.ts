import { readdirSync, readFileSync } from 'node:fs';
import type { StreamDecoder, StreamEvent } from '../provider.ts';

const suffix = '.chunks.txt';

function folderUrl(folder: string): URL {
  return new URL(folder === '' ? './' : `./${folder}/`, import.meta.url);
}

/** Names of the streams in a folder of fixtures; '' for the folder of chat completions. */
export function fixtureNames(folder: string): readonly string[] {
  return readdirSync(folderUrl(folder))
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .toSorted();
}

/** The payloads of a stream, cut by hand at blank lines; no fixture has multi-line data. */
export function fixtureFrames(folder: string, name: string): readonly string[] {
  const blocks = readFileSync(new URL(name + suffix, folderUrl(folder)), 'utf8').split(/\r?\n\r?\n/);
  return blocks.flatMap((block) => {
    const data = block.split(/\r?\n/).find((text) => text.startsWith('data:'));
    return data === undefined ? [] : [data.replace(/^data: ?/, '')];
  });
}

/** What a stream says, an event on a line. */
export function fixtureLines(folder: string, name: string, decoder: StreamDecoder): readonly string[] {
  return fixtureFrames(folder, name).flatMap((payload) => decoder.frame(payload).map(eventLine));
}

/**
 * `text Hello`, `text(2) Hello` with its tokens, `usage in/out/reasoning/cached` with `/written` where it is known,
 * `finish stop`, `error kind: message`, `end`.
 */
function eventLine(event: StreamEvent): string {
  if ('text' in event) {
    const tokens = event.tokens === undefined ? '' : `(${event.tokens})`;
    return `${event.type.replace('-delta', '')}${tokens} ${event.text}`;
  }
  if (event.type === 'usage') {
    const { inputTokens, outputTokens, reasoningTokens, cachedInputTokens, cacheWriteTokens } = event.usage;
    const counts = [inputTokens, outputTokens, reasoningTokens, cachedInputTokens].map((n) => n ?? '-');
    return `usage ${[...counts, ...(cacheWriteTokens === undefined ? [] : [cacheWriteTokens])].join('/')}`;
  }
  if (event.type === 'finish') return `finish ${event.reason}`;
  return event.type === 'error' ? `error ${event.kind}: ${event.message}` : event.type;
}
