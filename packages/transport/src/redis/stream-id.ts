/** Before any id of a stream. */
export const beforeAll = '0-0';

/** The least id that comes after this one: `XTRIM MINID` keeps from there on. */
export function idAfter(id: string): string {
  const match = /^(\d+)-(\d+)$/.exec(id);
  if (match === null) throw new Error(`${id} is no id of a stream entry`);
  return `${match[1]}-${Number(match[2]) + 1}`;
}
