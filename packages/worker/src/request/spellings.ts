/**
 * How a text may come back from a server that was sent it: as it is, as URLs, forms and JSON spell it, in base64 (at each
 * of the three places where it may begin in what is encoded) and in hexadecimal.
 */
export function spellingsOf(secret: string): readonly string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const hex = Buffer.from(secret).toString('hex');
  const plain = [secret, encodeURI(secret), encodeURIComponent(secret), inForm, inJson];
  return [...new Set([...plain, ...inBase64(secret), hex, hex.toUpperCase()])];
}

/** Without the characters that also hold bits of what stands before or after. */
function inBase64(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) => bytes.toString(alphabet).slice(first, end));
  });
}
