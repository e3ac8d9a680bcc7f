/** A text with its escapes resolved, and where each of its characters was. */
export interface Unescaped {
  readonly text: string;
  /** Offset, in the text that was given, of each character of `text`; one more for its end. */
  readonly offsets: readonly number[];
}

/** Of ASCII characters in URLs, JSON, JavaScript and HTML. */
const escapes =
  /%([0-7][\da-f])|\\u00([0-7][\da-f])|\\x([0-7][\da-f])|&#x0*([0-7]?[\da-f]);|&#0*(\d{1,3});|&(amp|lt|gt|quot|apos);|\\([^\da-z\s])/gi;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** One level of escapes resolved; `undefined` where the text has none. */
export function unescaped(source: string): Unescaped | undefined {
  let text = '';
  let end = 0;
  const offsets: number[] = [];
  const copy = (to: number) => {
    for (; end < to; end++) offsets.push(end);
  };
  for (const match of source.matchAll(escapes)) {
    text += source.slice(end, match.index) + characterOf(match);
    copy(match.index);
    offsets.push(match.index);
    end = match.index + match[0].length;
  }
  if (end === 0) return undefined;
  text += source.slice(end);
  copy(source.length + 1);
  return { text, offsets };
}

function characterOf([, url, unicode, byte, hex, decimal, name, itself]: RegExpExecArray): string {
  const code = url ?? unicode ?? byte ?? hex;
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  if (decimal !== undefined) return String.fromCharCode(Number(decimal));
  return itself ?? named[name?.toLowerCase() ?? ''] ?? '';
}
