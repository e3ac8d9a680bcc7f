/** Markup that is safe as it is: everything in it that came from outside has been escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: texts and numbers are escaped, markup is taken as it is, what is missing is nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** Markup from a template. Every value put into it is escaped unless it is markup itself, in attributes (quoted ones) too. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.reduce((text, part, index) => text + contentText(values[index - 1]) + part));
}

/** Nothing. */
export const none = new Html('');

function contentText(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  if (content === null || content === undefined || content === false) return '';
  return content.map(contentText).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, which HTML does not know, and those that turn the direction of writing become a sign that can be seen. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/(?![\t\n\r])[\p{Cc}\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '\uFFFD')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}
