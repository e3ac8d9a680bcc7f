import { csvText } from './csv-text.ts';
import { decimalText } from './decimal-text.ts';
import { requestColumns } from './request-columns.ts';
import type { Cell, ExportedRequest, RequestColumn } from './request-columns.ts';

/** Formats that hold one line for each request. */
export type RequestFormat = 'csv' | 'jsonl';

/** What stands above the rows; `undefined` where the format has none. */
export function requestHeader(format: RequestFormat): string | undefined {
  return format === 'csv' ? requestColumns.map(({ name }) => name).join(',') : undefined;
}

/** One request as one line, without its line end. */
export function requestRow(format: RequestFormat, request: ExportedRequest): string {
  return format === 'csv' ? csvRow(request) : jsonRow(request);
}

/** By RFC 4180. The fields are joined at once: string by string a row would leave fifty halves behind. */
function csvRow(request: ExportedRequest): string {
  for (let index = 0; index < requestColumns.length; index++) {
    const column = requestColumns[index]!;
    csvFields[index] = csvField(column.value(request), column.digits);
  }
  return csvFields.join(',');
}

const csvFields = requestColumns.map(() => '');

function csvField(cell: Cell, digits: RequestColumn['digits']): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return numberText(cell, digits) ?? '';
  return typeof cell === 'string' ? csvText(cell) : String(cell);
}

function jsonRow(request: ExportedRequest): string {
  for (let index = 0; index < requestColumns.length; index++) {
    const column = requestColumns[index]!;
    jsonParts[2 * index + 1] = jsonValue(column.value(request), column.digits);
  }
  return `${jsonParts.join('')}}`;
}

/** Keys, each with room for its value after it. */
const jsonParts = requestColumns.flatMap(({ name }, index) => [`${index === 0 ? '{' : ','}"${name}":`, '']);

function jsonValue(cell: Cell, digits: RequestColumn['digits']): string {
  if (cell === undefined) return 'null';
  if (typeof cell === 'number') return numberText(cell, digits) ?? 'null';
  return typeof cell === 'string' ? JSON.stringify(cell) : String(cell);
}

/** Undefined for NaN and the infinities, which no measurement gives. */
function numberText(value: number, digits: RequestColumn['digits']): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  return digits === undefined ? String(value) : decimalText(value, digits);
}
