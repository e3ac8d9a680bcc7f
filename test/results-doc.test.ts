import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columnTable } from './support/results-doc.ts';

describe('docs/results.md', () => {
  it('ends with every column of a per-request file, as the code has it', () => {
    const text = readFileSync(new URL('../docs/results.md', import.meta.url), 'utf8');
    expect(text.slice(text.indexOf('| column '))).toBe(columnTable());
  });
});
