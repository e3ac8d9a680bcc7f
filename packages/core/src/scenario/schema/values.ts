import { z } from 'zod';
import { durationPattern, parseDuration, parsePercent, percentPattern } from '../duration.ts';

const durationMessage = 'must be a duration such as 500ms, 5s, 1m30s or 2h';

function durationError(issue: { readonly input?: unknown }): string | undefined {
  if (issue.input === undefined) return undefined;
  return typeof issue.input === 'number' ? `${durationMessage}: a number alone has no unit` : durationMessage;
}

/** A duration of 0 or more; out comes milliseconds. */
export const duration = z
  .string({ error: durationError })
  .regex(durationPattern, { error: durationMessage })
  .transform((text) => parseDuration(text) ?? Number.NaN);

/** A duration above 0; out comes milliseconds. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'must be longer than 0');

/** `12.5%`; out comes the ratio. */
export const percent = z
  .string({ error: 'must be a share such as 50%' })
  .regex(percentPattern, { error: 'must be a share such as 50%' })
  .transform((text) => parsePercent(text) ?? Number.NaN);

/** A whole number of 1 or more. */
export const count = z.int().min(1);

/** A finite number above 0. */
export const positiveNumber = z.number().positive();

/** A name that serves as a label in reports and thresholds. */
export const label = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\s{}:,"/_][^{}:,"/\n]*$/, {
    error: 'must start with a letter or digit and hold none of { } : , " /',
  });

/** Text that is not empty. */
export const text = z.string().min(1);

const writtenByClient = ['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding'];

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'is not a header name' })
  .refine((name) => !writtenByClient.includes(name.toLowerCase()), 'is written by the client itself');

/** Request headers; out come lower-case names. */
export const headers = z
  .record(headerName, z.string().regex(/^[^\r\n\0]*$/, { error: 'must be one line' }))
  .transform((all) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])),
  )
  .describe('Request headers. `${NAME}` is resolved by the worker from its own environment.');
