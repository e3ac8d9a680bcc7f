import type { Panel, RowPanel, TextPanel } from './schema.ts';

/** A panel that has no place yet, and how large it is in Grafana's grid of 24 columns. */
export interface Sized<T extends Panel = Panel> {
  readonly width: number;
  readonly height: number;
  readonly panel: Omit<T, 'id' | 'gridPos'>;
}

/** A heading with the panels under it. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Sized[];
}

const columns = 24;

/** The panels in their order, from left to right as long as there is room; each has a number of its own. */
export function layOut(sections: readonly Section[]): Panel[] {
  const placed: Panel[] = [];
  let y = 0;
  for (const { title, panels } of sections) {
    placed.push({ ...heading(title), id: placed.length + 1, gridPos: { x: 0, y, w: columns, h: 1 } });
    y += 1;
    let [x, lineHeight] = [0, 0];
    for (const { width, height, panel } of panels) {
      if (x + width > columns) [x, y, lineHeight] = [0, y + lineHeight, 0];
      placed.push({ ...panel, id: placed.length + 1, gridPos: { x, y, w: width, h: height } } as Panel);
      x += width;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
  }
  return placed;
}

function heading(title: string): Omit<RowPanel, 'id' | 'gridPos'> {
  return { type: 'row', title, collapsed: false, panels: [] };
}

/** Words, as Markdown. */
export function note(title: string, content: string, height: number): Sized<TextPanel> {
  return {
    width: columns,
    height,
    panel: { type: 'text', title, options: { mode: 'markdown', content } },
  };
}
