import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Call } from '../calls/call.ts';
import { callsCsv } from '../calls/calls-csv.ts';
import { readCalls } from './read-calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'tokenstorm-calls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (text: string) => {
  const path = join(folder, 'calls.csv');
  writeFileSync(path, text);
  return path;
};

const header =
  'timestamp,connection_time,time_to_first_token,time_to_completion,first_token_latency,tokens_per_second,input_tokens,output_tokens,total_tokens,status,error_message';

const failed: Call = {
  timestamp: '2026-11-21T12:00:00.000Z',
  connection_time: 0.012_345,
  time_to_first_token: null,
  time_to_completion: null,
  first_token_latency: null,
  tokens_per_second: null,
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  status: 'error',
  error_message: 'HTTP 500: "broken", said the\nserver',
};

describe('a file of calls', () => {
  it('has the columns that scripts know, in their order, and quotes what needs it', () => {
    expect(callsCsv([failed])).toBe(
      `${header}\n2026-11-21T12:00:00.000Z,0.012345,,,,,,,,error,"HTTP 500: ""broken"", said the server"\n`,
    );
  });

  it('keeps a formula from being one', () => {
    expect(callsCsv([{ ...failed, error_message: '=HYPERLINK("x")' }])).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('is read as it was written', () => {
    const success = { ...failed, time_to_first_token: 0.5, tokens_per_second: 61.2, status: 'success' };
    const calls = [
      { ...failed, error_message: 'HTTP 500, "x"' },
      { ...success, error_message: null },
    ];
    expect(readCalls(file(callsCsv(calls)))).toEqual(calls);
  });

  it('may have other columns beside them, a byte order mark and CRLF', () => {
    const path = file(`\uFEFFrun,${header}\r\nr1,2026,0,1,2,1,50,1,2,3,success,\r\n`);
    expect(readCalls(path)).toMatchObject([
      { time_to_first_token: 1, status: 'success', error_message: null },
    ]);
  });

  it.each([
    ['', /calls\.csv:1: there is no column timestamp, connection_time/],
    ['a,b\n1,2\n', /calls\.csv:1: there is no column timestamp/],
    [`${header}\n1,2\n`, /calls\.csv:2: /],
    [
      `${header}\n2026,0,1,2,1,50,1,2,3,success,\n2026,0,x,2,1,50,1,2,3,success,\n`,
      /calls\.csv:3: time_to_first_token is no number: x$/,
    ],
    [`${header}\n2026,0,1,2,1,50,1,2,3,,\n`, /calls\.csv:2: status is empty/],
  ])('that is wrong is told with its line: %j', (text, message) => {
    expect(() => readCalls(file(text))).toThrow(message);
  });
});
