/** Sequences that a screen acts upon; it knows no others. */
// oxlint-disable-next-line no-control-regex -- a terminal is steered by control characters
const sequence = /\u001B\[(\??)([\d;]*)([A-Za-z])|\r|\n|./gsu;

/** A screen of any size: lines grow to the right and downwards. */
class Screen {
  readonly lines: string[][] = [[]];
  row = 0;
  column = 0;

  write(character: string): void {
    if (character === '\r') this.column = 0;
    else if (character === '\n') {
      this.row += 1;
      while (this.lines.length <= this.row) this.lines.push([]);
    } else (this.lines[this.row] ??= [])[this.column++] = character;
  }

  /** Throws on what it does not know. */
  obey(command: string, count: string): void {
    if (command === 'A') this.row = Math.max(0, this.row - (Number(count) || 1));
    else if (command === 'H') [this.row, this.column] = [0, 0];
    else if (command === 'K') this.lines[this.row]?.splice(this.column);
    else if (command === 'J') this.#clear(count === '2');
    else if (command !== 'm') throw new Error(`This screen does not know ESC [${count}${command}.`);
  }

  get text(): string {
    const texts = this.lines.map((line) =>
      Array.from(line, (character) => character ?? ' ')
        .join('')
        .trimEnd(),
    );
    return texts.join('\n');
  }

  #clear(isWhole: boolean): void {
    if (isWhole) return void this.lines.splice(0, Infinity, []);
    this.lines.length = this.row + 1;
    this.lines[this.row]?.splice(this.column);
  }
}

/** What stands on a terminal once it was sent this text, line by line, without colours and trailing blanks. */
export function screenOf(sent: string): string {
  const usual = new Screen();
  let shown = usual;
  for (const [whole, isPrivate, count, command] of sent.matchAll(sequence)) {
    if (command === undefined) shown.write(whole);
    else if (isPrivate === '') shown.obey(command, count ?? '');
    else if (count === '1049') shown = command === 'h' ? new Screen() : usual;
  }
  return shown.text;
}
