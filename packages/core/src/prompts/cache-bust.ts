import type { ChatMessage } from '../scenario/scenario.ts';
import type { Prompt, PromptStream, PromptWriter, RunPrompts } from './prompt.ts';
import { Salt } from './salt.ts';

/**
 * Puts a salt of its own before the first message of each prompt, so that a server finds none of them in its prompt cache:
 * not within the run, and not from the last one either.
 */
export function cacheBusting(
  writer: PromptWriter,
  { vocabulary, runId }: RunPrompts,
  { stream }: PromptStream,
): PromptWriter {
  const salt = new Salt(vocabulary, `${runId}/cache-bust`, stream);
  return {
    prompt: (index) => {
      const { messages, asked } = writer.prompt(index);
      const { text, tokens } = salt.at(index);
      return { messages: salted(messages, text), ...(asked && { asked: lengthened(asked, tokens) }) };
    },
  };
}

function salted([first, ...others]: readonly ChatMessage[], text: string): readonly ChatMessage[] {
  return first === undefined ? [] : [{ ...first, content: `${text}\n\n${first.content}` }, ...others];
}

function lengthened(asked: NonNullable<Prompt['asked']>, tokens: number): NonNullable<Prompt['asked']> {
  return asked.inputTokens === undefined ? asked : { ...asked, inputTokens: asked.inputTokens + tokens };
}
