import { execFileSync } from 'node:child_process';

const script = `
import csv, json, sys
with open(sys.argv[1], newline='', encoding='utf-8') as file:
    print(json.dumps(list(csv.DictReader(file, strict=True))))
`;

/** The rows of a CSV file as Python's csv module, which most scripts that read one use, takes them. */
export function csvWithPython(path: string): readonly Readonly<Record<string, string>>[] {
  const json = execFileSync('python3', ['-c', script, path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(json) as Record<string, string>[];
}
