import type { HttpRequest } from '@tokenstorm/providers';
import type { TargetClient } from '../request/target-client.ts';
import type { WireFailure } from '../wire/wire-client.ts';
import { connectionProblem } from './connection-problem.ts';
import { doubt, problem } from './finding.ts';
import type { Finding } from './finding.ts';
import { isModel, modelHint, modelNames, modelsRequest } from './model-list.ts';
import { keyProblem, pathProblem, told } from './reply-problem.ts';
import type { SentKey } from './reply-problem.ts';
import { wholeAnswer } from './whole-answer.ts';
import type { Reply } from './whole-answer.ts';

/** A server that says nothing for so long may still answer completions: it is not refused for it. */
const defaultPatienceMs = 5_000;
/** The least that OpenAI's responses API takes. */
const fewTokens = 16;

/** A server as some targets reach it: same address, key and headers. */
export interface Server {
  /** To one of its targets. */
  readonly client: TargetClient;
  /** Those of all its targets. */
  readonly models: readonly string[];
  /** Of the workload, over those of the target. */
  readonly headers: Readonly<Record<string, string>>;
  /** Environment variables that the scenario takes the key from. */
  readonly keyVariables: readonly string[];
}

/**
 * Whether a server can be reached, takes the key, has the path and knows its models: a finding for each model that
 * something speaks against. It is asked for its list of models and sent a request without content, which makes no tokens; a
 * model that is in no list is asked for a few.
 */
export async function checkServer(
  server: Server,
  patienceMs = defaultPatienceMs,
): Promise<ReadonlyMap<string, Finding>> {
  const check = new ServerCheck(server, patienceMs);
  const { finding, names } = await check.list();
  const unlisted = names === undefined ? [] : server.models.filter((model) => !names.includes(model));
  const common = finding ?? (await check.completions(names !== undefined));
  if (common !== undefined) return new Map(server.models.map((model) => [model, common]));
  const found = unlisted.map(async (model) => [model, await check.model(model, names ?? [])] as const);
  return new Map(
    (await Promise.all(found)).flatMap(([model, one]) => (one === undefined ? [] : [[model, one]])),
  );
}

/** What is known after the question for the models: either that there is no use in going on, or perhaps their names. */
interface Listed {
  readonly finding?: Finding;
  readonly names?: readonly string[];
}

class ServerCheck {
  readonly #client: TargetClient;
  readonly #completion: HttpRequest;
  readonly #key: SentKey;
  readonly #headers: Server['headers'];
  readonly #patienceMs: number;

  constructor({ client, headers, keyVariables }: Server, patienceMs: number) {
    this.#client = client;
    this.#headers = headers;
    this.#completion = this.#request(client.target.model);
    this.#key = { headers: this.#completion.headers, variables: keyVariables };
    this.#patienceMs = patienceMs;
  }

  async list(): Promise<Listed> {
    const request = modelsRequest(this.#completion);
    if (request === undefined) return {};
    const answer = await this.#ask(request);
    if (answer.type === 'silence') return { finding: this.#silence(request.url) };
    if (answer.type === 'failure') {
      return isFinal(answer.failure) ? { finding: this.#noConnection(answer.failure) } : {};
    }
    if (answer.statusCode === 401) return { finding: keyProblem(this.#client, answer, this.#key) };
    if (answer.statusCode === 429) return { finding: this.#busy(answer) };
    const names = answer.statusCode === 200 ? modelNames(answer.body) : undefined;
    return names === undefined ? {} : { names };
  }

  /** Whether completions are taken, with this key. A list of models does not say so: hosted ones show it to everybody. */
  async completions(isListed: boolean): Promise<Finding | undefined> {
    if (isListed && this.#isVouchedForByList) return undefined;
    const { url } = this.#completion;
    const answer = await this.#ask({ ...this.#completion, body: '{}' });
    if (answer.type === 'silence') return this.#silence(url);
    if (answer.type === 'failure') return this.#noConnection(answer.failure);
    const { statusCode } = answer;
    if (statusCode === 401 || (statusCode === 403 && !isListed)) {
      return keyProblem(this.#client, answer, this.#key);
    }
    if ([429, 502, 503, 504].includes(statusCode)) return this.#busy(answer);
    return pathProblem(url, answer, this.#client);
  }

  /** An alias is in no list, but can be looked up; and some servers take any name. */
  async model(model: string, names: readonly string[]): Promise<Finding | undefined> {
    const lookup = modelsRequest(this.#completion, model);
    const known = lookup && (await this.#ask(lookup));
    if (known?.type !== 'response' || (known.statusCode < 300 && isModel(known.body))) return undefined;
    const answer = await this.#ask(this.#request(model));
    if (answer.type !== 'response' || !isRefusal(answer)) return undefined;
    const said = told(answer, this.#client);
    return problem(
      `the server at ${this.#completion.url.origin} has no model \`${model}\` (${said})`,
      modelHint(model, names),
    );
  }

  /** A server next door that wants no key and speaks the dialect that everybody speaks. */
  get #isVouchedForByList(): boolean {
    const { url } = this.#completion;
    return this.#key.variables.length === 0 && url.protocol === 'http:' && /\/chat\//.test(url.pathname);
  }

  #request(model: string): HttpRequest {
    const { provider, target } = this.#client;
    const call = {
      messages: [{ role: 'user' as const, content: 'Hi' }],
      stream: false,
      maxTokens: fewTokens,
    };
    return provider.request({ ...call, extraBody: {}, headers: this.#headers }, { ...target, model });
  }

  #ask(request: HttpRequest) {
    return wholeAnswer(this.#client, request, this.#patienceMs);
  }

  #noConnection(failure: WireFailure): Finding {
    return connectionProblem(this.#completion.url, failure, this.#client.http.path);
  }

  #silence(url: URL): Finding {
    return doubt(`${url.origin}${url.pathname} gives no answer within ${this.#patienceMs / 1000} s`);
  }

  #busy(reply: Reply): Finding {
    return doubt(`the server at ${this.#completion.url.origin} answers ${told(reply, this.#client)}`);
  }
}

/** Where only the connection for this path was cut, another may be open. */
function isFinal({ kind }: WireFailure): boolean {
  return kind !== 'reset' && kind !== 'protocol';
}

function isRefusal({ statusCode, body }: Reply): boolean {
  return statusCode === 404 || ([400, 403, 422].includes(statusCode) && /\bmodel\b/i.test(body));
}
