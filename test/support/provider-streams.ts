import { readdirSync, readFileSync } from 'node:fs';

const fixtures = new URL('../../packages/providers/src/__fixtures__/', import.meta.url);

/** A streamed response as a server sends it: its name, and the `data` of its events in order. */
export interface RecordedStream {
  readonly name: string;
  readonly payloads: readonly string[];
}

/** The recorded streams of a dialect, by their folder among the fixtures; '' for chat completions. */
export function recordedStreams(folder: string): readonly RecordedStream[] {
  const url = new URL(folder === '' ? './' : `./${folder}/`, fixtures);
  return readdirSync(url)
    .filter((file) => file.endsWith('.chunks.txt'))
    .map((file) => ({ name: file, payloads: payloadsOf(readFileSync(new URL(file, url), 'utf8')) }));
}

function payloadsOf(stream: string): readonly string[] {
  const lines = stream.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.replace(/^data: ?/, ''));
}
