export { openResponseBody } from './stream/open-response-body.ts';
export type { ResponseBody } from './stream/response-body.ts';
export { Worker } from './worker.ts';
export type { WorkerOptions } from './worker.ts';
export { checkDescriptors } from './wire/preflight.ts';
export { HttpClients } from './wire/choose-client.ts';
export { HeadCache, ResponseParser } from './wire/response-parser.ts';
export type { HttpClient, ResponseObserver } from './wire/wire-client.ts';
