import { describe, expect, it } from 'vitest';
import { readProfileOptions } from './read-profile-options.ts';

describe('a profile', () => {
  it('is of a hundred requests where nobody says how many, or how long', () => {
    expect(readProfileOptions({ model: ['m'] }).scenario).toMatchObject({ requestCount: 100 });
    expect(readProfileOptions({ model: ['m'], requestCount: ['7'] }).scenario).toMatchObject({
      requestCount: 7,
    });
    const { scenario } = readProfileOptions({ model: ['m'], duration: ['10s'] });
    expect(scenario).toMatchObject({ duration: '10s' });
    expect(scenario.requestCount).toBeUndefined();
  });

  it.each([
    [{}, '--model is missing'],
    [{ model: ['a', 'b'] }, 'a profile is of one model'],
    [
      { model: ['m'], requestTimeoutSeconds: ['5 parsecs'] },
      '--request-timeout-seconds 5 parsecs: expected seconds',
    ],
  ])('%j is refused', (parsed, message) => {
    expect(() => readProfileOptions(parsed)).toThrow(message);
  });

  it('takes a timeout in seconds, or as a duration', () => {
    const timeout = (text: string) =>
      readProfileOptions({ model: ['m'], requestTimeoutSeconds: [text] }).scenario.requestTimeout;
    expect(['5', '0.25', '2m'].map(timeout)).toEqual(['5000ms', '250ms', '2m']);
  });
});
