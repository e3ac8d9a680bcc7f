import type { RunEvent } from '@tokenstorm/core';
import type { EntryCodec } from './redis-log.ts';

/** Events as JSON. */
export const eventCodec: EntryCodec<RunEvent> = {
  field: 'e',
  encode: async (event) => Buffer.from(JSON.stringify(event)),
  decode: async (bytes) => JSON.parse(bytes.toString()) as RunEvent,
};
