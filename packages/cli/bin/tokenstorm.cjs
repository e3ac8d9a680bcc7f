#!/usr/bin/env node
'use strict';

// The command as it is installed. Written so that an old Node can read it too, and say what is missing.

const needed = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < needed) {
  process.stderr.write(
    'error: tokenstorm needs Node.js ' +
      needed +
      ' or newer; this is ' +
      process.versions.node +
      '\n' +
      '  hint: install it from https://nodejs.org, or use the container image\n',
  );
  process.exitCode = 2;
} else {
  require('./start.cjs').start();
}
