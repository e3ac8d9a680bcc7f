import { isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { redact } from './redact.ts';

/** Longest message, in UTF-16 code units. */
const maxLength = 300;
/** Where in a body a message is looked for; the rest is not read. */
const maxBodyLength = 65_536;
/** How deep in objects and lists a message is looked for. */
const maxDepth = 6;
/** Members that hold the message of an error object, the telling ones first (OpenAI, FastAPI, Azure, gateways). */
const messageKeys = [
  'message',
  'error',
  'detail',
  'msg',
  'error_message',
  'errors',
  'title',
  'text',
] as const;

/**
 * What an error body says: one line of at most 300 characters, without control characters and without credentials
 * (those of known shapes, and `secret`, the key that was sent). Understands JSON in the shapes of OpenAI, vLLM, FastAPI
 * and gateways, the title of an HTML page, and plain text; '' for an empty body.
 */
export function errorMessage(body: string, secret?: string): string {
  const text = body.slice(0, maxBodyLength).trim();
  return text.startsWith('<') ? oneLine(htmlText(text), secret) : errorText(parsed(body) ?? text, secret);
}

/** The same for a value that was parsed already: a string, an error object, or anything else as JSON. */
export function errorText(value: unknown, secret?: string): string {
  return oneLine(messageIn(value) ?? (typeof value === 'string' ? value : JSON.stringify(value)), secret);
}

/**
 * The message of an error object that came under status 200, after what the object calls itself: `code`, or `type` where
 * there is no code in words, or a code that is an HTTP status. So `overloaded_error: Overloaded`: the error's kind is
 * `stream-error` whatever its name. Without a message it is the object as JSON.
 */
export function streamErrorText(error: unknown): string {
  const message = messageIn(error);
  const name = isObject(error) && message !== undefined ? errorName(error) : undefined;
  return name === undefined ? errorText(error) : oneLine(`${name}: ${message}`, undefined);
}

function errorName({ code, type }: JsonObject): string | undefined {
  // `error` is the type of the event around it.
  const names = [code, type].map(nonEmptyString).filter((name) => name !== undefined && name !== 'error');
  const isStatus = typeof code === 'number' && code >= 400 && code < 600;
  return names.find((name = '') => /^[\w.-]{1,64}$/.test(name)) ?? (isStatus ? String(code) : undefined);
}

function messageIn(value: unknown, depth = 0): string | undefined {
  if (depth > maxDepth) return undefined;
  if (Array.isArray(value)) return messageIn(value[0], depth + 1);
  return isObject(value) ? memberMessage(value, depth + 1) : nonEmptyString(value);
}

function memberMessage(value: JsonObject, depth: number): string | undefined {
  for (const key of messageKeys) {
    const message = messageIn(value[key], depth);
    if (message !== undefined) return message;
  }
  return undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // not JSON: the text itself is the message
  }
}

function htmlText(html: string): string {
  const title = /<title[^>]*>([^<]+)</i.exec(html)?.[1];
  return title ?? html.replace(/<[^>]*>/g, ' ');
}

function oneLine(text: string, secret: string | undefined): string {
  // Control characters go too: a server's message must not be able to steer a terminal.
  const line = redact(text.slice(0, maxBodyLength), secret)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
