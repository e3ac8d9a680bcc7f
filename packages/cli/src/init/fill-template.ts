import type { InitOptions } from '../flags/init-options.ts';
import type { InitProvider } from './template-kinds.ts';

/** Models to begin with, by provider. */
const firstModels: Readonly<Record<InitProvider, string>> = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-3-5-haiku-20241022',
  glm: 'glm-4.5-air',
  'openai-compatible': 'my-model',
};

const keys: Readonly<Record<InitProvider, string>> = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  glm: 'GLM_API_KEY',
  'openai-compatible': 'API_KEY',
};

/** Where a new file and its schema are. */
export interface Filling {
  /** The file as its commands name it. */
  readonly path: string;
  /** What the editor reads the schema by. */
  readonly schema: string;
  readonly options: InitOptions;
}

/** The text of a new scenario file out of that of a template: its commands name the file, its provider is the one asked for. */
export function filledTemplate(template: string, { path, schema, options }: Filling): string {
  const named = template
    .replaceAll(`scenarios/${options.kind}.yaml`, path)
    .replace('$schema=./scenario.schema.json', () => `$schema=${schema}`);
  return named.replace(/^providers:\n(?:(?: .*)?\n)+(?=\S)/m, (old) =>
    asksForProvider(options) ? `${providerBlock(options)}\n` : old,
  );
}

/** Whether the provider of the template is to be replaced. */
export function asksForProvider({ url, models, provider }: InitOptions): boolean {
  return url !== undefined || models.length > 0 || provider !== undefined;
}

function providerBlock({ url, models, provider = 'openai-compatible' }: InitOptions): string {
  const isOwn = provider === 'openai-compatible';
  const names = models.length === 0 ? [firstModels[provider]] : models;
  const key = keys[provider];
  const lines = [
    `  - name: ${isOwn ? 'server' : provider}`,
    ...(isOwn
      ? ["    type: openai-compatible # any server that speaks OpenAI's API: vLLM, SGLang, Ollama, a gateway"]
      : []),
    ...(url === undefined && isOwn ? ['    base_url: http://127.0.0.1:8000/v1'] : []),
    ...(url === undefined ? [] : [`    base_url: ${scalar(url)}`]),
    `    models: [${names.map(scalar).join(', ')}]`,
    isOwn || url !== undefined
      ? `    # api_key: \${${key}} # the name of an environment variable, never the key itself`
      : `    api_key: \${${key}} # from the environment; never write the key itself here`,
  ];
  return `providers:\n${lines.join('\n')}\n`;
}

/** A value as YAML has it inside brackets, in quotes where it needs them. */
function scalar(text: string): string {
  return /^[A-Za-z][\w./:-]*$/.test(text) &&
    !/:$|: /.test(text) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
