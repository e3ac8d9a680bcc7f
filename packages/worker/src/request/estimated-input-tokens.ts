import { estimatedTokens } from '@tokenstorm/core';
import type { ChatCall } from '@tokenstorm/providers';

/** Characters of a call's prompt, all messages together. */
export function promptCharacters({ messages }: ChatCall): number {
  let characters = 0;
  for (const { content } of messages) characters += content.length;
  return characters;
}

/** Input tokens of a call, as far as they can be guessed before it is sent: a quarter of its prompt's characters. */
export function estimatedInputTokens(call: ChatCall): number {
  return estimatedTokens(promptCharacters(call));
}
