import type { ChatMessage, PromptSource } from '../scenario/scenario.ts';

/** Characters of a text that are told. */
const textShown = 300;

/** Where prompts come from, with the first 300 characters of every text. */
export function promptSourceFacts(prompts: PromptSource) {
  switch (prompts.kind) {
    case 'messages':
      return { ...prompts, messages: prompts.messages.map(shortMessage) };
    case 'synthetic':
      return { ...prompts, system: prompts.system === undefined ? undefined : shortened(prompts.system) };
    case 'dataset':
      return {
        ...prompts,
        template: prompts.template?.map(shortMessage),
        system: prompts.system === undefined ? undefined : shortMessage(prompts.system),
      };
    case 'worker-file':
      return {
        ...prompts,
        template: prompts.template === undefined ? undefined : shortened(prompts.template),
        system: prompts.system === undefined ? undefined : shortened(prompts.system),
      };
  }
}

function shortMessage({ role, content }: ChatMessage): ChatMessage {
  return { role, content: shortened(content) };
}

/** Whole characters: none is cut in half. */
function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= textShown ? text : `${characters.slice(0, textShown).join('')}…`;
}
