/** What a key asks for. */
export type KeyAction = 'pause' | 'next' | 'previous' | 'all' | 'stop' | 'suspend' | 'help';

const actions: Readonly<Record<string, KeyAction>> = {
  p: 'pause',
  ' ': 'pause',
  g: 'next',
  '\t': 'next',
  '\u001B[C': 'next',
  '\u001BOC': 'next',
  '\u001B[D': 'previous',
  '\u001BOD': 'previous',
  '\u001B[Z': 'previous',
  a: 'all',
  q: 'stop',
  '\u0003': 'stop',
  '\u001A': 'suspend',
  '?': 'help',
  h: 'help',
};

/** The actions of what was typed: several keys may come at once, a sequence of a key comes whole. */
export function keyActions(typed: string): KeyAction[] {
  // oxlint-disable-next-line no-control-regex -- keys send control characters
  const keys = typed.match(/\u001B(?:\[[\d;]*[A-Za-z~]|O[A-Za-z])|[^]/g) ?? [];
  return keys.flatMap((key) => actions[key] ?? actions[key.toLowerCase()] ?? []);
}
