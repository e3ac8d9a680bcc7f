import { memoryTransport } from '@tokenstorm/transport';
import { describe } from 'vitest';
import { budgetConformance } from './budget.ts';
import { limiterConformance } from './rate-limiter.ts';
import { sharedByAll, transportConformance } from './transport.ts';

transportConformance('memory', () => sharedByAll(memoryTransport()), { keepsSums: false });

describe('memory: rate limiter', () => {
  limiterConformance(async () => memoryTransport());
});

describe('memory: budget', () => {
  budgetConformance(() => sharedByAll(memoryTransport()));
});
