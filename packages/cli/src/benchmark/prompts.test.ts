import { expect, it } from 'vitest';
import { benchmarkPrompts } from './prompts.ts';

it('are ten, each with a label of its own, and none holds a placeholder', () => {
  expect(benchmarkPrompts).toHaveLength(10);
  expect(new Set(benchmarkPrompts.map(({ label }) => label)).size).toBe(10);
  for (const { label, prompt } of benchmarkPrompts) {
    expect(label).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(prompt).not.toContain('{{');
  }
});
