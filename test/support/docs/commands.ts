import { blocksOf } from './blocks.ts';
import type { Block } from './blocks.ts';

/** A command that a document tells people to type. */
export interface DocumentedCommand {
  readonly file: string;
  readonly line: number;
  /** Without its comment; a command of several lines is one. */
  readonly text: string;
}

/** What a shell block holds, in its order. */
export function commandsOf(file: string): readonly DocumentedCommand[] {
  return blocksOf(file).filter(isShell).flatMap(commandsIn);
}

/** The program that a command starts, whatever fetches or wraps it. */
export function programOf({ text }: DocumentedCommand): string {
  const words = text.replace(/^(?:\w+=(?:'[^']*'|\S*) +)+/, '').split(/\s+/);
  const [first = '', second = ''] = words[0] === 'npx' && words[1] === 'pnpm@12' ? words.slice(1) : words;
  const isOurs = [first, second].includes('tokenstorm') && /^(?:tokenstorm|npx|pnpm(?:@12)?)$/.test(first);
  return isOurs ? 'tokenstorm' : first;
}

function isShell({ language }: Block): boolean {
  return language === 'sh' || language === 'bash' || language === 'shell';
}

function commandsIn({ file, line, text }: Block): readonly DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let begun = '';
  for (const [index, piece] of text.split('\n').entries()) {
    const whole = begun + piece.replace(/ +# .*$/, '').trim();
    begun = whole.endsWith('\\') ? `${whole.slice(0, -1).trim()} ` : '';
    if (begun === '' && whole !== '' && !whole.startsWith('#'))
      commands.push({ file, line: line + index, text: whole });
  }
  return commands;
}
