import { plainText } from '../page.ts';
import { sliceKey } from './history.ts';
import { span } from './line.ts';
import type { Line } from './line.ts';
import { selectedSlice } from './view-state.ts';
import type { ViewState } from './view-state.ts';

const words = { all: '', target: 'target ', scenario: 'scenario ', region: 'region ' } as const;

/** Which slice is shown, and of how many where there are several. */
export function sliceTitle(state: ViewState): Line {
  const slice = selectedSlice(state);
  if (slice === undefined) return [];
  const slices = state.status?.detail?.slices ?? [];
  const number = slices.findIndex((other) => sliceKey(other) === sliceKey(slice)) + 1;
  const place = slices.length < 2 ? '' : ` (${number} of ${slices.length})`;
  const tone = slice.kind === 'all' ? 'faint' : 'marked';
  return [span(`${words[slice.kind]}${plainText(slice.name)}${place}`, tone)];
}
