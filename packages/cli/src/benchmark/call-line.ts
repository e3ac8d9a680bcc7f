import { plainText } from '../view/page.ts';
import { succeeded } from '../calls/call.ts';
import type { BenchmarkCall } from './benchmark-call.ts';

/** A call in one line: `[3/10] definition: TTFT 0.41 s | 62.3 tok/s | 128 tokens | good`. */
export function callLine(
  call: BenchmarkCall,
  place: { readonly number: number; readonly of: number; readonly instances: number },
): string {
  const { number, of, instances } = place;
  const who = instances > 1 ? ` #${call.instance}` : '';
  const opening = `[${String(number).padStart(String(of).length)}/${of}]${who} ${call.label}: `;
  if (!succeeded(call))
    return `${opening}${call.status}: ${plainText(call.error_message ?? 'no reason given')}`;
  const { time_to_first_token: ttft, tokens_per_second: rate, output_tokens: tokens } = call;
  return (
    opening +
    [
      `TTFT ${ttft === null ? 'unknown' : `${ttft.toFixed(ttft < 0.1 ? 3 : 2)} s`}`,
      `${rate === null ? 'unknown' : rate.toFixed(1)} tok/s`,
      `${tokens ?? 'unknown'} tokens`,
      call.tier ?? 'no tier',
    ].join(' | ')
  );
}
