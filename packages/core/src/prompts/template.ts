const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The columns that a template names as `{{column}}`, each once, in the order of their first use. */
export function templateColumns(template: string): readonly string[] {
  return [...new Set([...template.matchAll(placeholder)].map((match) => match[1] ?? ''))];
}

/** The template with each `{{column}}` replaced; what stands in a column is not looked at again. Unknown columns stay. */
export function fillTemplate(template: string, columns: Readonly<Record<string, string>>): string {
  if (!template.includes('{{')) return template;
  return template.replaceAll(placeholder, (whole, column: string) =>
    Object.hasOwn(columns, column) ? (columns[column] ?? whole) : whole,
  );
}
