import type { LiveSlice } from '../live-status-detail.ts';
import type { LiveStatus } from '../live-status.ts';
import type { History } from './history.ts';
import { sliceKey } from './history.ts';

/** What the dashboard is told of its run once. */
export interface DashboardAbout {
  readonly name: string;
  readonly runId: string;
  /** What `q` and Ctrl-C do: end the run, or leave it to go on. */
  readonly stopping: 'ends' | 'leaves';
}

/** All that a frame is drawn of. */
export interface ViewState {
  readonly about: DashboardAbout;
  /** Absent until the first one. */
  readonly status: LiveStatus | undefined;
  readonly history: History;
  /** What was said, oldest first. */
  readonly messages: readonly string[];
  readonly isPaused: boolean;
  readonly showsHelp: boolean;
  /** Whether keys can be read. */
  readonly hasKeys: boolean;
  /** Key of the slice that is shown. */
  readonly selected: string | undefined;
}

/** The slice that is shown; undefined before there is any. */
export function selectedSlice({ status, selected }: ViewState): LiveSlice | undefined {
  const slices = status?.detail?.slices ?? [];
  return slices.find((slice) => sliceKey(slice) === selected) ?? slices[0];
}
