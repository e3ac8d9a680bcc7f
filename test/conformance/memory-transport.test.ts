import { memoryTransport } from '@tokenstorm/transport';
import { transportConformance } from './transport.ts';

transportConformance('memory', async () => memoryTransport());
