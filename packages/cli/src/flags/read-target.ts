import { apiKeyReference, isLiteralSecret } from './api-key.ts';
import { defined } from './defined.ts';
import type { FlagValues } from './flag-values.ts';
import { splitPair } from './key-value.ts';
import type { ScenarioFlags } from './run-options.ts';

const chatPath = '/v1/chat/completions';
/** Other tools' names for chat completions (vLLM's and SGLang's backends, AIPerf's endpoint types). */
const chatNames = ['chat', 'openai-chat', 'openai-chat-completions', 'chat-completions'];

/** Where to send, from the flags. */
export function readTarget(
  values: FlagValues,
): Pick<ScenarioFlags, 'models' | 'url' | 'endpoint' | 'apiKey' | 'headers'> {
  checkEndpointType(values);
  return {
    models: readModels(values),
    headers: readHeaders(values),
    ...defined({ url: readUrl(values), endpoint: readEndpoint(values), apiKey: readApiKey(values) }),
  };
}

function readModels(values: FlagValues): readonly string[] {
  const models = values.all('--model');
  if (models.some((model) => model.trim() === '')) values.problem('--model: expected a name');
  return models;
}

function checkEndpointType(values: FlagValues): void {
  const type = values.text('--endpoint-type');
  if (type === undefined || chatNames.includes(type)) return;
  values.problem(`--endpoint-type ${type}: not supported yet (only chat)`);
}

/** An `http:` URL where the text names no scheme: `localhost:8000`. Not repeated in messages: it may hold a password. */
function readUrl(values: FlagValues): string | undefined {
  const text = values.text('--url');
  if (text === undefined || text.includes('${')) return text;
  const url = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    return values.problem('--url: expected an http or https URL');
  const { username, password } = new URL(url);
  if (username === '' && password === '') return url;
  return values.problem('--url: put no user name or password into it; use --header with a ${NAME} reference');
}

function readEndpoint(values: FlagValues): string | undefined {
  const path = values.text('--endpoint');
  if (path === undefined) return undefined;
  const rooted = path.startsWith('/') ? path : `/${path}`;
  if (!rooted.endsWith(chatPath)) {
    return values.problem(`--endpoint ${path}: not supported yet (only paths that end in ${chatPath})`);
  }
  return rooted;
}

function readApiKey(values: FlagValues): string | undefined {
  const text = values.text('--api-key');
  if (text === undefined) return undefined;
  return apiKeyReference(text) ?? values.problem(literalSecret('--api-key'));
}

function readHeaders(values: FlagValues): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const text of values.all('--header')) {
    const [name, value] = splitPair(text, ':') ?? [];
    if (name === undefined || value === undefined || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      values.problem('--header: expected name:value');
    } else if (isLiteralSecret(name, value)) values.problem(literalSecret(`--header ${name}`));
    else headers[name] = value;
  }
  return headers;
}

function literalSecret(where: string): string {
  return `${where}: a secret on the command line can be read by every user of this machine; name the environment variable that holds it, in single quotes: '\${OPENAI_API_KEY}'`;
}
