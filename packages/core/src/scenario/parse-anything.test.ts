import { array, assert, constantFrom, jsonValue, nat, oneof, property, string, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { parseText } from './__fixtures__/scenarios.ts';
import { context, wholeScenario } from './__fixtures__/whole-scenario.ts';
import { ScenarioError } from './problem.ts';

const pieces = wholeScenario.split(/(?<=[\s:,{}[\]])/);
const odd = [
  '',
  '{',
  ']',
  '1',
  '-1',
  'x',
  '&a *a',
  '${NO}',
  '"',
  '%',
  ': ',
  '\n',
  '~',
  '.inf',
  '__proto__',
  '<<',
  '!t',
];

const mutated = array(tuple(nat(pieces.length - 1), constantFrom(...odd)), {
  minLength: 1,
  maxLength: 4,
}).map((changes) => {
  const copy = [...pieces];
  for (const [index, piece] of changes) copy[index] = piece;
  return copy.join('');
});

const anything = oneof(
  { weight: 8, arbitrary: mutated },
  jsonValue().map((value) => JSON.stringify(value)),
  string(),
);

/** True where a text is a scenario, or is refused in an orderly way that shows no variable's value. */
function isAnswered(text: string): boolean {
  try {
    return JSON.stringify(parseText(text, context)).length > 0;
  } catch (error) {
    return error instanceof ScenarioError && error.problems.length > 0 && !error.message.includes('k3y');
  }
}

it('answers with a scenario or a ScenarioError, whatever stands in the file', () => {
  expect(() => assert(property(anything, isAnswered), { numRuns: 600 })).not.toThrow();
});
