import { scenarioJsonSchema } from '@tokenstorm/core';

/** A part of a JSON Schema, as far as it is read here. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly const?: string | number | boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

const introduction = `# The scenario file

Every key, with what it takes. This file is written from the schema that also checks your file (\`npm run docs\`); a test fails when it is out of date.
\`tokenstorm validate FILE\` checks a file and prints its plan, \`tokenstorm init\` writes one to start from, and editors complete the keys from [scenario.schema.json](../scenarios/scenario.schema.json).

YAML or JSON, keys in snake_case. A duration is \`500ms\`, \`30s\`, \`5m\`, \`2h\` or a sum such as \`1m30s\`; a share is \`50%\`. \`\${NAME}\` is an environment variable: in keys, headers, query parameters and \`base_url\` it is looked up by each worker and never leaves it, elsewhere when the file is read. Keys in **bold** are needed. An unknown key is an error with a guess at what was meant; a key whose part is not built yet is refused as "not supported yet".

\`\`\`yaml
name: chat
providers:
  - { name: own, type: openai-compatible, base_url: http://127.0.0.1:8000/v1, models: [my-model] }
workload:
  scenarios:
    - { name: visitors, executor: constant-arrival-rate, rate: 20, duration: 2m, prompt: Why is the sky blue? }
thresholds:
  ttft: ['p(95) < 800ms']
\`\`\`
`;

/** Sections in the order of a file: title, path of the schema's part, and what stands before its table. */
const sections: readonly (readonly [string, readonly string[], string])[] = [
  ['Top level', [], ''],
  ['`providers`', ['providers'], 'A list. Each provider with each of its models is a target.'],
  [
    '`workload.scenarios` and `defaults`',
    ['workload', 'scenarios'],
    'A list of workloads that run side by side, over every target each. All keys but `name` may stand in `defaults` once, for those workloads that lack them.',
  ],
  ['`execution`', ['execution'], ''],
  ['`budget`', ['budget'], ''],
  ['`slo`', ['slo'], ''],
  ['`targets`', ['targets'], ''],
  ['`regression`', ['regression'], ''],
  ['`search`', ['search'], ''],
  ['`output.export`', ['output', 'export'], 'A list.'],
];

/** Keys of the top level that have a section of their own. */
const ownSections = new Set([...sections.flatMap(([, [first]]) => first ?? []), 'defaults']);

/** The text of docs/scenario.md. */
export function scenarioDocument(): string {
  const schema = scenarioJsonSchema() as Schema;
  const texts = sections.map(([title, path, words]) => {
    const part = path.reduce((found, key) => inside(found).properties?.[key] ?? {}, schema);
    const rows = rowsOf(inside(part), '', path.length === 0);
    return [`## ${title}`, '', ...(words === '' ? [] : [words, '']), ...table(rows), ''].join('\n');
  });
  return [introduction, ...texts].join('\n').trimEnd() + '\n';
}

function inside(schema: Schema): Schema {
  return schema.items ?? schema;
}

interface Row {
  readonly key: string;
  readonly takes: string;
  readonly meaning: string;
}

function rowsOf(schema: Schema, prefix: string, isTop: boolean): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = prefix + key;
    const isNeeded = schema.required?.includes(key) === true;
    const row = {
      key: isNeeded ? `**\`${name}\`**` : `\`${name}\``,
      takes: takesOf(value),
      meaning: value.description ?? '',
    };
    const below = isTop && ownSections.has(key) ? [] : rowsOf(inside(value), `${name}.`, false);
    return [row, ...below];
  });
}

function table(rows: readonly Row[]): readonly string[] {
  const lines = rows.map(
    ({ key, takes, meaning }) => `| ${key} | ${takes} | ${meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| key | takes | meaning |', '| --- | --- | --- |', ...lines];
}

/** What a value may be, in words. */
function takesOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(takesOf))].join(', or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.type === 'array') return `list of ${takesOf(schema.items ?? {})}`;
  if (schema.type === 'object') return objectOf(schema);
  if (schema.type === 'string') return textOf(schema.pattern ?? '');
  return `${schema.type === 'boolean' ? 'true or false' : (schema.type ?? 'anything')}${rangeOf(schema)}`;
}

function objectOf({ properties, additionalProperties }: Schema): string {
  if (properties !== undefined) return 'section';
  return typeof additionalProperties === 'object' ? `by name: ${takesOf(additionalProperties)}` : 'section';
}

function textOf(pattern: string): string {
  if (pattern.startsWith('^(?=\\d)')) return 'duration';
  return pattern.endsWith('%$') ? 'share' : 'text';
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const from = exclusiveMinimum === undefined ? minimum : exclusiveMinimum;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (from === undefined) return to === undefined ? '' : ` up to ${to}`;
  const low = exclusiveMinimum === undefined ? `from ${from}` : `above ${from}`;
  return to === undefined ? ` ${low}` : ` ${low} to ${to}`;
}
