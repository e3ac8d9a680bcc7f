/** The APIs that are served: OpenAI's chat, legacy completions and responses, Anthropic's messages. */
export type Endpoint = 'chat' | 'completions' | 'responses' | 'messages';
