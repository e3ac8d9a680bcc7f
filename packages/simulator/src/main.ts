import { runSimulator } from './command/run-simulator.ts';

// Open handles of other kinds (standard input) must not keep a finished command alive.
process.exit(await runSimulator(process.argv.slice(2)));
