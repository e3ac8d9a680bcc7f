/** Kinds of API by the words of `--endpoint-type`; a scenario file calls them `endpoint`. */
export type EndpointType = 'chat' | 'responses' | 'messages';

interface Known {
  /** What other tools call it (vLLM's and SGLang's backends, AIPerf's endpoint types). */
  readonly names: readonly string[];
  /** How a path to it ends. */
  readonly operation: string;
}

const known: Readonly<Record<EndpointType, Known>> = {
  chat: {
    names: ['chat', 'openai-chat', 'openai-chat-completions', 'chat-completions'],
    operation: '/chat/completions',
  },
  responses: { names: ['responses', 'openai-responses'], operation: '/responses' },
  messages: { names: ['messages', 'anthropic', 'anthropic-messages'], operation: '/messages' },
};

/** The words to ask with, in the order of the help. */
export const endpointTypes = Object.keys(known) as readonly EndpointType[];

/** The kind of API of a word, ours or another tool's. */
export function endpointTypeOf(word: string): EndpointType | undefined {
  return endpointTypes.find((type) => known[type].names.includes(word));
}

/** The kind of API that a path such as `/v1/chat/completions` leads to. */
export function endpointTypeOfPath(path: string): EndpointType | undefined {
  return endpointTypes.find((type) => path.endsWith(`/v1${known[type].operation}`));
}

/** How a path to this kind of API ends, `/v1` not included. */
export function operationOf(type: EndpointType): string {
  return known[type].operation;
}
