/** A value as JSON that can stand inside a script element, whatever its texts hold: nothing in it ends the element or opens a comment. */
export function scriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
