import { markup, none } from './markup.ts';
import type { Content, Html } from './markup.ts';

/** One column of a table of rows of a kind. */
export interface HtmlColumn<Row> {
  readonly title: string;
  /** Words for it where the title is an abbreviation. */
  readonly hint?: string;
  readonly isNumber?: boolean;
  /** A picture: nothing to sort by. */
  readonly isPicture?: boolean;
  readonly cell: (row: Row) => Content;
  /** The exact value behind the cell, which it is sorted by; absent where that is the text. */
  readonly value?: (row: Row) => number | null | undefined;
}

export interface HtmlTable<Row> {
  /** What the table shows: its caption, for those who cannot see where it stands. */
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly HtmlColumn<Row>[];
  readonly rows: readonly Row[];
  /** Whether its columns get buttons that sort by them. */
  readonly isSortable?: boolean;
}

/** A table; nothing without rows. What is not known is a dash. */
export function table<Row>({ caption, columns, rows, isSortable = false }: HtmlTable<Row>): Html {
  if (rows.length === 0) return none;
  return markup`<div class="scroll">
<table${isSortable && markup` data-sortable`}>
<caption>${caption}</caption>
<thead><tr>${columns.map(headCell)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${columns.map((column, index) => cell(column, row, index === 0))}</tr>\n`)}</tbody>
</table>
</div>`;
}

function headCell<Row>({ title, hint, isNumber = false, isPicture = false }: HtmlColumn<Row>): Html {
  const text = hint === undefined ? title : markup`<abbr title="${hint}">${title}</abbr>`;
  return markup`<th scope="col"${isNumber && markup` class="number"`}${isPicture && markup` data-picture`}>${text}</th>`;
}

function cell<Row>(column: HtmlColumn<Row>, row: Row, isName: boolean): Html {
  const value = column.value?.(row) ?? undefined;
  const text = column.cell(row);
  const content = text === '' || text === null || text === undefined ? '–' : text;
  const attributes = markup`${column.isNumber === true && markup` class="number"`}${
    value !== undefined && markup` data-value="${value}"`
  }`;
  return isName
    ? markup`<th scope="row"${attributes}>${content}</th>`
    : markup`<td${attributes}>${content}</td>`;
}

/** A name in a cell, in one line unless it is long. */
export function named(name: string): Html {
  return markup`<span class="name${name.length > 32 && ' long'}">${name}</span>`;
}

/** A column of numbers, shown by `text` and sorted by their exact values; what is not known is a dash. */
export function numbers<Row>(
  title: string,
  value: (row: Row) => number | null | undefined,
  text: (value: number, row: Row) => Content,
  hint?: string,
): HtmlColumn<Row> {
  return {
    title,
    isNumber: true,
    value,
    cell: (row) => {
      const known = value(row);
      return known === null || known === undefined ? null : text(known, row);
    },
    ...(hint !== undefined && { hint }),
  };
}
