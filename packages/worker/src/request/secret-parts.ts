/** Any part of a secret that is so long counts, wherever it stands: servers cut what they repeat. */
const leastPart = 8;
/** At the end of a text, where a cut is likely, the beginning of a secret counts from so many characters on. */
const leastRest = 4;
/** Every part, the shortest of 6 characters too, holds a piece of 4 characters that starts at a multiple of 3. */
const hintLength = 4;
const hintStep = 3;

/** From a first character to the one before the end. */
export type Range = readonly [start: number, end: number];

/** The parts of secrets that must not be seen, to be found in texts. */
export class SecretParts {
  readonly #byLength = new Map<number, Set<string>>();
  readonly #rests = new Set<string>();
  /** Most texts hold none of these, and need not be looked at any closer. */
  readonly #hints = new Set<string>();

  /** Of texts of at least 6 characters. */
  constructor(secrets: readonly string[]) {
    for (const secret of secrets) {
      const length = Math.min(leastPart, secret.length);
      const known = this.#byLength.get(length) ?? new Set();
      addPieces(secret, length, known);
      this.#byLength.set(length, known);
      addPieces(secret, hintLength, this.#hints);
      for (let rest = leastRest; rest < length; rest++) this.#rests.add(secret.slice(0, rest));
    }
  }

  /** Where they are in a text. */
  in(text: string): Range[] {
    return this.#mayBeIn(text)
      ? [...this.#byLength].flatMap(([length, known]) => placesOf(text, length, known))
      : [];
  }

  /** How many of a secret's first characters end the text, where they are less than a part; 0 for none. */
  restLength(text: string): number {
    for (let length = leastPart - 1; length >= leastRest; length--) {
      if (text.length >= length && this.#rests.has(text.slice(-length))) return length;
    }
    return 0;
  }

  #mayBeIn(text: string): boolean {
    for (let at = 0; at + hintLength <= text.length; at += hintStep) {
      if (this.#hints.has(text.slice(at, at + hintLength))) return true;
    }
    return false;
  }
}

function addPieces(text: string, length: number, pieces: Set<string>): void {
  for (let at = 0; at + length <= text.length; at++) pieces.add(text.slice(at, at + length));
}

function placesOf(text: string, length: number, known: ReadonlySet<string>): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at + length <= text.length; at++) {
    if (known.has(text.slice(at, at + length))) ranges.push([at, at + length]);
  }
  return ranges;
}
