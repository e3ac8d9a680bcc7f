import { plainText } from '../../view/page.ts';
import { shortened } from '../../view/wrap.ts';

/**
 * Characters that mean something in Markdown, in HTML or in a formula, the parts of what becomes a link without being asked to, and
 * at the beginning what would open a list.
 */
const special = /[\\`*_~|[\]<>&$]|:(?=\/\/)|(?<=\bwww)\.|^[-+=]|(?<=^\d+)[.)](?=\s)/giu;

/** Sets what follows apart from what would make a link, or a message to somebody, of it; it has no width. */
const joiner = '\u2060';

/**
 * A sentence, parts of which may come from a server, as Markdown that shows it as it is, in one line: no markup, no table cell,
 * no HTML, no link, and nobody is mentioned.
 */
export function proseOf(text: string, longest = 500): string {
  return shortened(plainText(text), longest)
    .replaceAll(/[@#](?=\w)/g, `$&${joiner}`)
    .replaceAll(special, entity);
}

/**
 * A name or a message from outside, as Markdown that shows it as code. Written as HTML, because backticks cannot hold everything;
 * what stands in code is no link, and nobody is mentioned.
 */
export function codeOf(text: string, longest = 100): string {
  const inside = shortened(plainText(text), longest).replaceAll(special, entity).replaceAll('@', entity);
  return inside === '' ? '' : `<code>${inside}</code>`;
}

/** No Markdown takes a reference for structure. */
function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
