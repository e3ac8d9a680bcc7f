import { quantity } from '../product/figure-table.ts';
import type { PeerFigures } from './compare.ts';

/** A tool's row: its figures, or why there are none. */
export interface PeerRow {
  readonly name: string;
  readonly figures: PeerFigures | string;
}

const head = [
  '| tool | W1 CPU-ms per request | W1 requests/s | W2 streams open | W2 CPU us per event | W2 RSS MB | W2 TTFT p50 / p99 reported (true) | W3 TTFT error p50 / p99 ms | start to first request s |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** Markdown: the tools side by side. */
export function peerTable(rows: readonly PeerRow[]): string {
  return [...head, ...rows.map((row) => `| ${[row.name, ...cells(row.figures)].join(' | ')} |`)].join('\n');
}

function cells(figures: PeerFigures | string): string[] {
  if (typeof figures === 'string') return [figures, ...Array.from({ length: 7 }, () => '')];
  const text = (value: number): string => (Number.isNaN(value) ? '-' : quantity(value, ''));
  const ttft = `${ms(figures.w2TtftP50)} / ${ms(figures.w2TtftP99)} (${ms(figures.w2TrueTtftP50)} / ${ms(figures.w2TrueTtftP99)})`;
  return [
    text(figures.w1CpuMs),
    text(figures.w1PerSecond),
    text(figures.w2OpenStreams),
    text(figures.w2CpuUs),
    text(figures.w2RssMb),
    ttft,
    `${text(figures.w3ErrorP50)} / ${text(figures.w3ErrorP99)}`,
    text(figures.startUpSeconds),
  ];
}

function ms(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(1);
}
