import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Node keeps the compiled code of the commands that tests start: each starts in half the time. */
export const codeCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'tokenstorm-test-code') };

/** The store of the commands that tests run, which is not that of whoever runs the tests, and their code. */
export const testStore = { TOKENSTORM_HOME: join(tmpdir(), 'tokenstorm-test-store'), ...codeCache };
