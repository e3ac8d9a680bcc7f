import { apiKeyReference, isLiteralSecret } from './api-key.ts';
import { defined } from './defined.ts';
import { endpointTypeOf, endpointTypeOfPath, endpointTypes, operationOf } from './endpoint-type.ts';
import type { EndpointType } from './endpoint-type.ts';
import type { FlagValues } from './flag-values.ts';
import { splitPair } from './key-value.ts';
import type { ScenarioFlags } from './run-options.ts';

/** Where to send, from the flags. */
export function readTarget(
  values: FlagValues,
): Pick<
  ScenarioFlags,
  'models' | 'provider' | 'url' | 'endpoint' | 'endpointType' | 'apiKey' | 'headers' | 'client'
> {
  const asked = readEndpointType(values);
  const endpoint = readEndpoint(values, asked);
  const endpointType = asked ?? (endpoint === undefined ? undefined : endpointTypeOfPath(endpoint));
  return {
    models: readModels(values),
    headers: readHeaders(values),
    ...defined({
      provider: readProvider(values),
      url: readUrl(values),
      endpoint,
      endpointType,
      apiKey: readApiKey(values),
      client: values.oneOf('--client', ['wire', 'sdk']),
    }),
  };
}

/** Whether there is such a provider is for the scenario's parser to say. */
function readProvider(values: FlagValues): string | undefined {
  const name = values.text('--provider')?.trim();
  return name === '' ? values.problem('--provider: expected a name, such as openai') : name;
}

function readModels(values: FlagValues): readonly string[] {
  const models = values.all('--model');
  if (models.some((model) => model.trim() === '')) values.problem('--model: expected a name');
  return models;
}

function readEndpointType(values: FlagValues): EndpointType | undefined {
  const word = values.text('--endpoint-type');
  if (word === undefined) return undefined;
  const type = endpointTypeOf(word);
  return (
    type ?? values.problem(`--endpoint-type ${word}: not supported yet (only ${endpointTypes.join(', ')})`)
  );
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

/** A path of the kind of API that was asked for; without one it says the kind by itself. */
function readEndpoint(values: FlagValues, asked: EndpointType | undefined): string | undefined {
  const path = values.text('--endpoint');
  if (path === undefined) return undefined;
  const rooted = path.startsWith('/') ? path : `/${path}`;
  const type = endpointTypeOfPath(rooted);
  if (type !== undefined && (asked === undefined || asked === type)) return rooted;
  const ends = (asked === undefined ? endpointTypes : [asked]).map((name) => `/v1${operationOf(name)}`);
  return values.problem(
    `--endpoint ${path}: not supported yet (only paths that end in ${ends.join(' or ')})`,
  );
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
