import { parentPort, workerData } from 'node:worker_threads';
import type { TokenizerSource } from '@tokenstorm/core';
import { openTokenizer } from './tokenizer.ts';

const countTokens = await openTokenizer(workerData as TokenizerSource);

parentPort?.on('message', (texts: readonly string[]) => {
  parentPort?.postMessage(texts.map(countTokens));
});
parentPort?.postMessage('ready');
