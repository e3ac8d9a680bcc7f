/** What a look at a target showed, in words, and what to do about it. */
export interface Finding {
  /** `problem`: it cannot work. `doubt`: nobody knows; the load may start. */
  readonly kind: 'problem' | 'doubt';
  readonly message: string;
  readonly hint?: string;
}

/** What is certain not to work. */
export function problem(message: string, hint?: string): Finding {
  return { kind: 'problem', message, ...(hint !== undefined && { hint }) };
}

/** What may work or not. */
export function doubt(message: string): Finding {
  return { kind: 'doubt', message };
}
