import type { DashboardAbout } from './dashboard/view-state.ts';
import type { LiveStatus } from './live-status.ts';

/** A running test as somebody looks at it: lines, or a dashboard. */
export interface RunView {
  /** Shows more than a `LiveStatus` has without its detail. */
  readonly wantsDetail: boolean;
  /** The load begins. */
  begin(about: DashboardAbout): void;
  update(status: LiveStatus): void;
  /** Says something that stays on the terminal. */
  say(message: string): void;
  /** Takes the view off the terminal; repeatable. What is said later stands there as it is. */
  close(): Promise<void>;
}
