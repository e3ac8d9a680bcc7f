'use strict';

const nodeModule = require('node:module');
const os = require('node:os');
const path = require('node:path');
const url = require('node:url');

/**
 * What V8 is told where requests are timed: collections that are short rather than rare. `tokenstorm` in the
 * top-level package.json has the same. Processes that a run starts inherit them.
 */
const flags = [
  '--disable-warning=ExperimentalWarning',
  '--single-threaded-gc',
  '--min-semi-space-size=2',
  '--max-semi-space-size=2',
  '--initial-old-space-size=48',
  '--heap-growing-percent=30',
];

/** Commands that look at what is there, and start fast. All others are started again with the flags. */
const plainCommands = ['help', 'init', 'completion', '__complete', 'validate', 'runs', 'diff', 'sim'];

const main = path.join(__dirname, '..', 'dist', 'main.js');
const commandWords = process.argv.slice(2);

/** The user's own folder, for nobody else may put code there that this process runs. */
function cacheFolder({ TOKENSTORM_HOME: own = '', XDG_CACHE_HOME: cache = '' }) {
  if (own !== '') return path.join(path.resolve(own), 'compile-cache');
  return path.join(
    path.isAbsolute(cache) ? cache : path.join(os.homedir(), '.cache'),
    'tokenstorm',
    'compile-cache',
  );
}

/** Whether this process is to become one with the flags: by the same id, for whoever waits for it or ends it. */
function isToStartAgain() {
  if (process.platform === 'win32' || typeof process.execve !== 'function') return false;
  if (process.execArgv.includes(flags[1])) return false;
  const [command = 'help'] = commandWords;
  return !command.startsWith('-') && !plainCommands.includes(command) && !commandWords.includes('--help');
}

/** Becomes the command. */
exports.start = function start() {
  const { NODE_COMPILE_CACHE: cache = cacheFolder(process.env) } = process.env;
  if (isToStartAgain()) {
    const words = [process.execPath, ...process.execArgv, ...flags, main, ...commandWords];
    process.execve(process.execPath, words, { ...process.env, NODE_COMPILE_CACHE: cache });
  }
  nodeModule.enableCompileCache(cache);
  process.argv[1] = main;
  void import(url.pathToFileURL(main).href);
};
