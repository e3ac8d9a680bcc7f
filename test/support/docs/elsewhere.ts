/** Commands of other programs in the documents, and the tests (or the job) that run them. */
export const elsewhere: readonly { readonly command: RegExp; readonly by: string }[] = [
  { command: /^git clone /, by: '.ci/run' },
  { command: /^npm run (?:setup|demo|check|format|docs|build|pack|-s tokenstorm)\b/, by: '.ci/run' },
  { command: /^npm test\b/, by: '.ci/run' },
  { command: /^\.ci\/run$/, by: '.ci/run' },
  { command: /^npx vitest run /, by: '.ci/run' },
  { command: /^node --conditions=source test\//, by: 'test/bench/product.bench.ts' },
  { command: /^(?:docker|curl) /, by: 'test/long/compose.test.ts' },
  {
    command: /^(?:kubectl|cd \.\. && kubectl|cd deploy\/kubernetes|for file in \*\.env\.example)/,
    by: 'test/kubernetes.test.ts',
  },
  { command: /^source <\(tokenstorm completion bash\)$/, by: 'test/e2e/completion.test.ts' },
  { command: /^export \w+=/, by: 'test/docs/commands.test.ts' },
];
