/** From here on the digits after the point are not exact any more. */
const mostTableValue = 1e6;
/** `.001` to `.999`, without zeros at the end; empty for 0. */
const thousandths = Array.from({ length: 1000 }, (_, value) => String(value / 1000).slice(1));
const padded = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/**
 * A finite number rounded to 3 or 6 digits after the point, without zeros at the end: `12.5`. The same as `String` of the
 * rounded number, in a third of the time: what a double's shortest text is need not be searched for.
 */
export function decimalText(value: number, digits: 3 | 6): string {
  const factor = digits === 3 ? 1e3 : 1e6;
  if (value < 0 || value >= mostTableValue) return String(Math.round(value * factor) / factor);
  const steps = Math.round(value * factor);
  const whole = Math.floor(steps / factor);
  const rest = steps - whole * factor;
  if (digits === 3) return whole + thousandths[rest]!;
  const high = Math.floor(rest / 1000);
  const low = rest - high * 1000;
  if (low === 0) return whole + thousandths[high]!;
  return `${whole}.${padded[high]!}${thousandths[low]!.slice(1)}`;
}
