/** Whether the name of a run can only be that of a file: ids and tags have no such extension. */
export function isPath(name: string): boolean {
  return /\.jsonl?$/.test(name);
}
