export { memoryTransport } from './memory/memory-transport.ts';
export { systemClock } from './clock.ts';
