import { plainText } from '../page.ts';
import { wrapped } from '../wrap.ts';
import { span } from './line.ts';
import type { Line } from './line.ts';
import type { Section } from './section.ts';
import type { ViewState } from './view-state.ts';

const most = 8;

/** The last things that were said, the newest at the bottom. All of them stand on the terminal once the dashboard is gone. */
export function messagesSection({ messages }: ViewState, cells: number): Section {
  const lines = messages
    .slice(-most)
    .flatMap((message) => wrapped(plainText(message), cells - 2).map((line) => messageLine(line, message)))
    .slice(-most);
  return { title: 'Messages', lines, least: Math.min(2, lines.length), rank: 5 };
}

function messageLine(line: string, message: string): Line {
  return [span(` ${line}`, /^(warning|error)\b/.test(message) ? 'warning' : 'plain')];
}
