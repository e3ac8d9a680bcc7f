import { runCommandLine } from './program.ts';
import type { Handlers } from './program.ts';

/** What each command was asked to do. */
type Calls = { readonly [Name in keyof Handlers]: readonly Parameters<Handlers[Name]>[0][] };

/** What a command line came to. */
export interface Outcome extends Calls {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** What a command line does with handlers that note their options and end with `result`. */
export async function invoke(argv: readonly string[], result: () => number = () => 0): Promise<Outcome> {
  const calls: Record<string, unknown[]> = {};
  const handlers = new Proxy({} as Handlers, {
    get: (_, name) => (options: unknown) => {
      (calls[String(name)] ??= []).push(options);
      return Promise.resolve().then(result);
    },
  });
  const printed = { out: '', err: '' };
  const exitCode = await runCommandLine(argv, handlers, {
    version: '1.2.3',
    output: { out: (text) => (printed.out += text), err: (text) => (printed.err += text) },
  });
  return withNone({ exitCode, ...printed, ...calls });
}

/** Commands that were not asked for have no calls. */
function withNone(outcome: Readonly<Record<string, unknown>>): Outcome {
  return new Proxy(outcome, {
    get: (target, name) =>
      name in target || typeof name === 'symbol' || name === 'then' ? target[String(name)] : [],
  }) as unknown as Outcome;
}
