import { memoryTransport, serveTransport } from '@tokenstorm/transport';

/** A process that holds a transport in memory for the one that forked it, and ends with it. */
serveTransport(memoryTransport(), process);
