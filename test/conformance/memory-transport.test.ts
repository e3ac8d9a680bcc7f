import { memoryTransport } from '@tokenstorm/transport';
import { describe } from 'vitest';
import { limiterConformance } from './rate-limiter.ts';
import { sharedByAll, transportConformance } from './transport.ts';

transportConformance('memory', () => sharedByAll(memoryTransport()), { keepsSums: false });

describe('memory: rate limiter', () => {
  limiterConformance(async () => memoryTransport());
});
