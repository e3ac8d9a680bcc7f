import { isKeyHeader } from '@tokenstorm/core';
import { errorMessage } from '@tokenstorm/providers';
import type { TargetClient } from '../request/target-client.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Reply } from './whole-answer.ts';

/** Servers of web frameworks and proxies say so where http meets https. */
const wantsHttps = /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server/i;

/** The status, with what the body says. */
export function told({ statusCode, body }: Reply, { target, conceal }: TargetClient): string {
  const said = conceal(errorMessage(body, target.apiKey));
  return `HTTP ${statusCode}${said === '' ? '' : `: ${said}`}`;
}

/** The key that was sent, as messages call it. */
export interface SentKey {
  /** Headers of the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Environment variables that the scenario takes it from. */
  readonly variables: readonly string[];
}

/** What to say where a server refuses the key, or wants one and got none. */
export function keyProblem(client: TargetClient, reply: Reply, { headers, variables }: SentKey): Finding {
  if (!Object.keys(headers).some(isKeyHeader)) {
    return problem(
      `the server wants a key and none is sent (${told(reply, client)})`,
      "give it as api_key: ${NAME} or --api-key '${NAME}'",
    );
  }
  const key = variables.length === 0 ? 'the key' : `the key in ${variables.join(', ')}`;
  return problem(`the server refuses ${key} (${told(reply, client)})`, keyHint(client.target.apiKey ?? ''));
}

function keyHint(key: string): string {
  if (/^["'\s]|["'\s]$/.test(key)) return 'its value begins or ends with a quote or a space';
  if (/^Bearer\s/i.test(key)) return 'its value begins with Bearer, which is put before it anyway';
  return 'is it the key of this server, whole and not expired?';
}

/**
 * What is wrong with the path that completions are sent to, by the answer to a request without content; `undefined` where
 * an API seems to be there.
 */
export function pathProblem(url: URL, reply: Reply, client: TargetClient): Finding | undefined {
  const { statusCode, body } = reply;
  if (wantsHttps.test(body)) {
    return problem(`the server at ${url.origin} speaks HTTPS where the address says http`);
  }
  // Some answer 404 where a request names no model.
  if (statusCode === 404 && !/\bmodel\b/i.test(errorMessage(body)))
    return wrongPath(url, 'there is nothing', reply);
  if (statusCode === 405 || statusCode === 501)
    return wrongPath(url, `nothing takes requests (${told(reply, client)})`);
  if (statusCode < 300 && body.trimStart().startsWith('<'))
    return wrongPath(url, 'there is a web page and no API');
  return undefined;
}

function wrongPath(url: URL, what: string, reply?: Reply): Finding {
  const status = reply === undefined ? '' : ` (HTTP ${reply.statusCode})`;
  // Without the query, which may hold a key.
  return problem(
    `${what} at ${url.origin}${url.pathname}${status}`,
    `is this the API's address? Requests go to the base URL's path with ${url.pathname} at its end`,
  );
}
