export { LineFile } from './file/line-file.ts';
export type { LineFileOptions } from './file/line-file.ts';
export { readLines } from './file/read-lines.ts';
export type { FileLine } from './file/read-lines.ts';
export { memoryTransport } from './memory/memory-transport.ts';
export { ipcTransport } from './ipc/ipc-transport.ts';
export { serveTransport } from './ipc/serve-transport.ts';
export { systemClock } from './clock.ts';
