/** Scenarios that a new file may start as: files of `scenarios/`, which are part of the package. */
export const templateKinds = [
  'chat-steady',
  'chat-ramp',
  'rag-long-prompt',
  'soak',
  'spike',
  'compare-providers',
  'ci-gate',
  'quickstart',
] as const;

export type TemplateKind = (typeof templateKinds)[number];

/** Providers that a new file may be written for. */
export const initProviders = ['openai', 'anthropic', 'glm', 'openai-compatible'] as const;

export type InitProvider = (typeof initProviders)[number];
