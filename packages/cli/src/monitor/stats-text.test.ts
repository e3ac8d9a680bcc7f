import { describe, expect, it } from 'vitest';
import { styleOf } from '../view/style.ts';
import { callAt, failedCallAt } from './call-sample.fixture.ts';
import { CallLines } from './call-line.ts';
import { callStatus, totalsStatus } from './call-status.ts';
import { performanceText } from './performance-file.ts';
import { statsText } from './stats-text.ts';
import { timelineText } from './token-timeline.ts';

const page = { width: 80, style: styleOf(false) };
const about = { provider: 'own', model: 'm', generatedAt: new Date(0) };

describe('the texts of a session', () => {
  it('have a timeline of the last 20 calls with the tokens of all', () => {
    const calls = Array.from({ length: 25 }, (_, index) =>
      callAt(index * 1000, { input_tokens: 0, output_tokens: index * 10 }),
    );
    const lines = timelineText(calls, 80);
    expect(lines).toHaveLength(20);
    // 0 + 10 + … + 50, and 0 + 10 + … + 240
    expect(lines[0]).toMatch(/│▓{8} +50 \(total +150\)$/);
    expect(lines.at(-1)).toMatch(/│▓{38,40} +240 \(total 3,000\)$/);
    expect(lines.map((line) => line.length).every((length) => length <= 80)).toBe(true);
  });

  it('tell what a call came to, and why one failed', () => {
    expect(callStatus(callAt(0, { cost_usd: 0.0042 }), page)).toEqual([
      'TTFT 100 ms | total 500 ms | 50.0 tok/s | 10 in, 20 out | $0.0042 | good',
    ]);
    expect(callStatus(failedCallAt(0), page)).toEqual([
      'FAILED after 500 ms, connect_timeout: no connection',
      '  hint: is this its address, and does a firewall let you through?',
    ]);
    expect(totalsStatus([callAt(0), failedCallAt(1)], page)).toEqual([
      '2 calls | 50.0% succeeded | 30 tokens | cost unknown | TTFT p50 100 ms',
    ]);
  });

  it('sum up the models where there are several', () => {
    const calls = [
      callAt(0, { cost_usd: 0.5 }),
      callAt(1, { model: 'other', cost_usd: 0.25 }),
      failedCallAt(2),
    ];
    const text = statsText(calls, page).join('\n');
    expect(text).toContain('3 calls | 66.7% succeeded | cost $0.75');
    expect(text).toContain('Tokens: 20 in, 40 out, 60 in all');
    expect(text).toContain('Failed: connect_timeout 1');
    expect(text).toMatch(/│ other │ +1 │/);
    expect(text).toMatch(/TTFT \(ms\) +│ +100\.0 │ +100\.0 │ +~100\.0 │ +~100\.0 │ +~100\.0 │/);
    expect(text).toContain('~ is from too few calls to be relied on: p90 needs 64, p95 130, p99 662.');
  });

  it('fit into 80 columns with long names of targets', () => {
    const names = ['a-provider-with-a-long-name/and-a-model-with-one', 'another-provider/of-a-model'];
    const lines = new CallLines(names, page);
    const call = callAt(0, {
      target: names[0]!,
      input_tokens: 1234,
      output_tokens: 9876,
      cost_usd: 0.000_123_4,
    });
    const failed = failedCallAt(0, { target: names[0]!, message: 'x'.repeat(300) });
    for (const line of [lines.heading(), lines.line(call), lines.line(failed)])
      expect([...line].length).toBeLessThanOrEqual(80);
  });
});

describe('the files of a session', () => {
  it('hold seconds, and no formulas for a spreadsheet', () => {
    const calls = [
      callAt(0, { connection_ms: 20, metrics: { ttft: 123.456, e2e: 1500, output_tokens_per_second: 99.5 } }),
      failedCallAt(1000, { message: '=HYPERLINK("http://x")', connection_ms: null }),
    ];
    expect(performanceText('x.CSV', calls, about)).toBe(
      [
        'timestamp,connection_time,time_to_first_token,time_to_completion,first_token_latency,tokens_per_second,input_tokens,output_tokens,total_tokens,status,error_message',
        '1970-01-01T00:00:00.000Z,0.02,0.123456,1.5,0.103456,99.5,10,20,30,success,',
        `1970-01-01T00:00:01.000Z,,,,,,,,,error,"'=HYPERLINK(""http://x"")"`,
        '',
      ].join('\n'),
    );
    expect(JSON.parse(performanceText('x.json', calls, about))).toMatchObject({
      generated_at: '1970-01-01T00:00:00.000Z',
      statistics: {
        total_calls: 2,
        failed_calls: 1,
        avg_time_to_first_token: 0.123_456,
        p99_tokens_per_second: 99.5,
      },
      calls: [
        { time_to_first_token: 0.123_456, tier: 'good' },
        { error: 'connect_timeout', tier: null },
      ],
    });
  });
});
