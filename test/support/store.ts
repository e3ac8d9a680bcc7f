import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The store of the commands that tests run: not the one of whoever runs the tests. */
export const testStore = { TOKENSTORM_HOME: join(tmpdir(), 'tokenstorm-test-store') };
