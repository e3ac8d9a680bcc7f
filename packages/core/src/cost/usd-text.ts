/**
 * An amount of dollars for people: to the cent from $0.10 on (`$1,234.50`), below it with three significant digits
 * (`$0.0042`), and `$0` for nothing.
 */
export function usdText(usd: number): string {
  if (usd === 0) return '$0';
  if (Math.abs(usd) >= 0.0995) return `$${withCommas(usd.toFixed(2))}`;
  const digits = Math.min(12, 2 - Math.floor(Math.log10(Math.abs(usd))));
  return `$${usd.toFixed(digits).replace(/0+$/, '').replace(/\.$/, '')}`;
}

/** A count with thousands separators: `15,234`. */
export function countWords(count: number): string {
  return withCommas(String(Math.round(count)));
}

/** (Not by `toLocaleString`, which costs 50 times as much while a test runs.) */
function withCommas(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}
