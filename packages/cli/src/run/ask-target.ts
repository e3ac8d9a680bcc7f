import { createInterface } from 'node:readline/promises';
import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { RunOptions } from '../flags/run-options.ts';
import { answered } from '../flags/target-or-question.ts';
import type { TargetAnswers, TargetQuestion } from '../flags/target-or-question.ts';
import { usageError } from '../flags/usage-error.ts';

/** Asks on the terminal for what the flags did not say. Throws `E_USAGE` where there is none to ask on. */
export async function askTarget(run: RunOptions, asksFor: readonly TargetQuestion[]): Promise<RunOptions> {
  if (asksFor.length === 0) return run;
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw missing(asksFor);
  const interrupted = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C, and the end of the input.
  for (const event of ['SIGINT', 'close']) lines.once(event, () => interrupted.abort());
  const ask = async (question: string): Promise<string> => {
    const answer = await lines.question(question, { signal: interrupted.signal });
    return answer.trim() === '' ? ask(question) : answer.trim();
  };
  try {
    return answered(run, await answersTo(asksFor, ask));
  } catch (cause) {
    if (!interrupted.signal.aborted) throw cause;
    process.stderr.write('\n');
    throw new TokenstormError('E_USAGE', 'interrupted before anything was sent', {
      exitCode: exitCodes.interrupted,
    });
  } finally {
    lines.close();
  }
}

async function answersTo(
  questions: readonly TargetQuestion[],
  ask: (question: string) => Promise<string>,
): Promise<TargetAnswers> {
  const where = questions.includes('provider')
    ? addressed(await ask('Which provider (openai, anthropic, glm), or the URL of which server? '))
    : {};
  return questions.includes('model') ? { ...where, model: await ask('Which model? ') } : where;
}

/** `localhost:8000` is a server too. */
function addressed(answer: string): { readonly provider: string } | { readonly url: string } {
  if (!/[:/.]/.test(answer)) return { provider: answer };
  const url = answer.includes('://') ? answer : `http://${answer}`;
  if (!URL.canParse(url)) throw usageError([`${answer}: expected a provider, or an http or https URL`]);
  return { url };
}

function missing(asksFor: readonly TargetQuestion[]) {
  const hint =
    'such as --provider openai --model gpt-4o-mini, or --url http://127.0.0.1:8000/v1 --model my-model';
  return asksFor.includes('provider')
    ? usageError(['which provider? --provider or --url is missing, and GLM_API_KEY is not set'], hint)
    : usageError(['which model? --model is missing'], hint);
}
