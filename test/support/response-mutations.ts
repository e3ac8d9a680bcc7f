import { responseCorpus } from './response-corpus.ts';

/** Numbers of a seed, uniform on [0, 1): mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const bases = responseCorpus.map(({ text }) => text);
/** Bytes and words where parsers go wrong. */
const morsels = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  ' ',
  '\t',
  ':',
  ';',
  '=',
  '"',
  '\\',
  ',',
  '\0',
  '\x7f',
  '\x80',
  '\xff',
  '0',
  '1',
  '9',
  'f',
  'G',
  '-',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
  ';a=b',
  ';a="b"',
  '; ',
  'HTTP/1.1 ',
  'HTTP/1.0 ',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 103 Hints\r\n\r\n',
  'content-length: 5\r\n',
  'content-length: 0\r\n',
  'Content-Length: 7\r\n',
  'transfer-encoding: chunked\r\n',
  'transfer-encoding: gzip\r\n',
  'Transfer-Encoding: chunked, x\r\n',
  'connection: close\r\n',
  'x: y\r\n',
  'x:\r\n',
  ' folded\r\n',
  'ffffffff\r\n',
  '00000000000000000005\r\n',
  'data: [DONE]\n\n',
  '204',
  '304',
  '101',
  '099',
];

const whole = (random: () => number, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: () => number, from: readonly T[]): T => from[whole(random, from.length)]!;

/** A response built from parts that fit together, mostly. */
function composed(random: () => number): string {
  const body = Array.from({ length: whole(random, 5) }, () => 'data: x\n\n'.slice(0, 1 + whole(random, 9)));
  const status = pick(random, [
    '200 OK',
    '200',
    '200 ',
    '201 Created',
    '429 Too Many',
    '500 X',
    '204 No Content',
    '299 \xff',
  ]);
  const extra = Array.from({ length: whole(random, 4) }, () =>
    pick(random, ['a: b', 'A:', 'b:  c ', 'connection: close', 'keep-alive: timeout=5', 'x-y_z: \xe9']),
  );
  const head = [`HTTP/1.${random() < 0.9 ? 1 : 0} ${status}`, ...extra];
  const way = random();
  if (way < 0.6) {
    const extensions = (): string =>
      random() < 0.2 ? pick(random, [';a', ';a=b', ';a="b c"', ';a=b;c', ';a="\\""']) : '';
    const chunks = body
      .map((piece) => `${piece.length.toString(16)}${extensions()}\r\n${piece}\r\n`)
      .join('');
    const trailer = random() < 0.2 ? 'x: y\r\n' : '';
    return `${[...head, 'transfer-encoding: chunked'].join('\r\n')}\r\n\r\n${chunks}0${extensions()}\r\n${trailer}\r\n`;
  }
  const text = body.join('');
  const length = way < 0.9 ? [`content-length: ${text.length}`] : [];
  return `${[...head, ...length].join('\r\n')}\r\n\r\n${text}`;
}

function mutated(text: string, random: () => number): string {
  const at = whole(random, text.length + 1);
  const span = whole(random, 12);
  switch (whole(random, 7)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(whole(random, 256)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + pick(random, morsels) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + span);
    case 3:
      return text.slice(0, at + span) + text.slice(at);
    case 4:
      return text.slice(0, at);
    case 5:
      return text.slice(0, at) + pick(random, morsels) + text.slice(at + span);
    default: {
      // A line is put where another one begins: what makes heads contradict themselves.
      const lines = text.split('\r\n');
      lines.splice(
        whole(random, lines.length),
        random() < 0.3 ? 1 : 0,
        pick(random, morsels).replace(/\r\n$/, ''),
      );
      return lines.join('\r\n');
    }
  }
}

/** A generated response: recorded or composed, then changed in up to three places. */
export function generatedResponse(random: () => number): string {
  let text = random() < 0.5 ? pick(random, bases) : composed(random);
  const changes = whole(random, 4);
  for (let change = 0; change < changes; change++) text = mutated(text, random);
  return text;
}

/** Up to six ascending offsets. */
export function randomCuts(length: number, random: () => number): number[] {
  const cuts = Array.from({ length: whole(random, 7) }, () => whole(random, length + 1));
  return cuts.toSorted((a, b) => a - b);
}
