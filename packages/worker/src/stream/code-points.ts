/** Unicode code points of a text: its UTF-16 code units less one for each surrogate pair; a lone surrogate counts as one. */
export function countCodePoints(text: string): number {
  let points = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if (isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1))) {
      points--;
      index++;
    }
  }
  return points;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
