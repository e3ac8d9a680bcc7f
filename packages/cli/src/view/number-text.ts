/** A count with thousands separators: `15,234`. (Not by `toLocaleString`, which costs 50 times as much while a test runs.) */
export function countText(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A count in at most 6 characters: `15,234`, `1.23M`, `12.3M`. */
export function shortCountText(count: number): string {
  if (count < 99_999.5) return countText(count);
  const [size, letter] = count < 999_500 ? [1e3, 'k'] : count < 999.5e6 ? [1e6, 'M'] : [1e9, 'G'];
  return `${Number((count / size).toPrecision(3))}${letter}`;
}

/** A measured value with about 4 digits, for table cells: `0.123`, `8.21`, `456.8`, `3789`. */
export function measureText(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.9995) return value.toFixed(3);
  if (size < 9.995) return value.toFixed(2);
  if (size < 999.95) return value.toFixed(1);
  return value.toFixed(0);
}

/** How to write values of a unit of which the largest is `most`: ms from 100,000 on as seconds. */
export function scaleOf(unit: string, most: number): { readonly unit: string; readonly factor: number } {
  return unit === 'ms' && most >= 99_999.5 ? { unit: 's', factor: 0.001 } : { unit, factor: 1 };
}

/** A rate with thousands separators: `0.25`, `19.6`, `1,523`. */
export function rateText(perSecond: number): string {
  return perSecond < 999.95 ? trimmed(measureText(perSecond)) : countText(perSecond);
}

/** A share as a percentage. Only exact 0 and 1 read `0%` and `100%`: what lies next to them is `<0.1%` and `>99.9%`. */
export function percentText(ratio: number): string {
  if (ratio === 0 || ratio === 1) return `${ratio * 100}%`;
  if (ratio < 0.0005) return '<0.1%';
  if (ratio < 1 && ratio >= 0.9995) return '>99.9%';
  return `${(ratio * 100).toFixed(1)}%`;
}

/** A length of time: `250ms`, `15.3s`, `5m 30s`, `2h 05m`. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${trimmed((ms / 1000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** A noun with its number: `1 request`, `1,200 requests`. */
export function numbered(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function trimmed(fixed: string): string {
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}
