/** What stands on a terminal once it was sent this text, line by line, without colours and trailing blanks. */
export function screenOf(sent: string): string {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const moves: Readonly<Record<string, (count: number) => void>> = {
    A: (count) => (row = Math.max(0, row - (count || 1))),
    J: () => {
      lines.length = row + 1;
      lines[row]?.splice(column);
    },
    K: () => lines[row]?.splice(column),
    m: () => {},
  };
  // oxlint-disable-next-line no-control-regex -- a terminal is steered by control characters
  for (const [whole, count, command] of sent.matchAll(/\u001B\[([\d;]*)([A-Za-z])|\r|\n|./gsu)) {
    if (command !== undefined) {
      const move = moves[command];
      if (move === undefined)
        throw new Error(`This screen does not know the sequence ${JSON.stringify(whole)}.`);
      move(Number(count));
    } else if (whole === '\r') column = 0;
    else if (whole === '\n') {
      row += 1;
      while (lines.length <= row) lines.push([]);
    } else (lines[row] ??= [])[column++] = whole;
  }
  return lines
    .map((line) =>
      Array.from(line, (character) => character ?? ' ')
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
