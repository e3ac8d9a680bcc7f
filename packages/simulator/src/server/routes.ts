import { ApiError } from '../answer/api-error.ts';
import { parseJsonBody } from '../answer/completion-request.ts';
import { dialectOfPath, vendorOf } from '../dialect/dialects.ts';
import { SettingsError } from '../settings/checks.ts';
import type { HttpRequest } from '../wire/http-request.ts';
import { wholeResponse } from '../wire/response-head.ts';
import { CompletionService } from './completion-service.ts';
import type { ServiceParts } from './completion-service.ts';
import type { Connection } from './connection.ts';

interface Reply {
  readonly statusCode: number;
  readonly body: string;
  readonly contentType?: string;
}

/** Sends each request to what answers it. The control and truth endpoints answer during a freeze too. */
export class Routes {
  readonly completions: CompletionService;
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.completions = new CompletionService(parts);
  }

  serve(http: HttpRequest, connection: Connection): void {
    const path = http.path.startsWith('/v1/') ? http.path.slice('/v1'.length) : http.path;
    const dialect = http.method === 'POST' ? dialectOfPath.get(path) : undefined;
    if (dialect !== undefined) this.completions.serve(dialect, http, connection);
    else reply(this.#reply(path, http), http, connection);
  }

  #reply(path: string, http: HttpRequest): Reply {
    try {
      if (path.startsWith('/truth/') || path.startsWith('/control/')) return this.#control(path, http);
      this.#parts.truth.addOtherRequest();
      return this.#api(path, http);
    } catch (error) {
      const refused = error instanceof SettingsError ? new ApiError(400, error.message) : error;
      if (!(refused instanceof ApiError)) throw error;
      return { statusCode: refused.statusCode, body: vendorOf(http).errorBody(refused, 'req_other') };
    }
  }

  #api(path: string, http: HttpRequest): Reply {
    if (http.method === 'GET' && path === '/health') return json({ status: 'ok' });
    if (http.method === 'GET' && path === '/models') return json(this.#modelList(http));
    if (http.method === 'GET' && path.startsWith('/models/')) return json(this.#modelOf(path, http));
    if (dialectOfPath.has(path)) throw new ApiError(405, `Not allowed to ${http.method} on ${http.path}.`);
    throw unknownPath(http);
  }

  #control(path: string, http: HttpRequest): Reply {
    const { truth, pacer, models } = this.#parts;
    switch (`${http.method} ${path}`) {
      case 'GET /truth/summary':
        return json(truth.summary());
      case 'GET /truth/records':
        return { statusCode: 200, body: ndjson(truth.records()), contentType: 'application/x-ndjson' };
      case 'POST /truth/reset':
        truth.reset();
        return json({ status: 'ok' });
      case 'POST /control/freeze':
        pacer.freeze(freezeMs(http));
        return json({ status: 'ok' });
      case 'POST /control/models':
        models.set(parseJsonBody(http.body));
        return json({ status: 'ok' });
      default:
        throw unknownPath(http);
    }
  }

  #modelList(http: HttpRequest): unknown {
    const vendor = vendorOf(http);
    vendor.checkHeaders(http, this.#parts.options.apiKey);
    return vendor.modelList(this.#parts.models.names());
  }

  #modelOf(path: string, http: HttpRequest): unknown {
    const vendor = vendorOf(http);
    vendor.checkHeaders(http, this.#parts.options.apiKey);
    const name = decodedName(path.slice('/models/'.length));
    if (this.#parts.models.find(name, [])) return vendor.modelObject(name);
    throw vendor.unknownModel(name);
  }
}

function reply({ statusCode, body, contentType }: Reply, http: HttpRequest, connection: Connection): void {
  const headers = [`connection: ${http.closes ? 'close' : 'keep-alive'}`];
  const text = wholeResponse(statusCode, body, headers, contentType);
  connection.write(text, Buffer.byteLength(text));
  connection.finish(http.closes ? 'close' : 'keep');
}

function json(value: unknown): Reply {
  return { statusCode: 200, body: JSON.stringify(value) };
}

function ndjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** A name that is no proper percent-encoding is taken as it stands. */
function decodedName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unknownPath(http: HttpRequest): ApiError {
  return new ApiError(404, `Invalid URL (${http.method} ${http.path})`);
}

/** `{"ms": 2000}`, at most one hour. */
function freezeMs(http: HttpRequest): number {
  const { ms } = parseJsonBody(http.body);
  if (typeof ms === 'number' && ms >= 0 && ms <= 3_600_000) return ms;
  throw new ApiError(400, "'ms' must be a number from 0 to 3600000.", { param: 'ms' });
}
