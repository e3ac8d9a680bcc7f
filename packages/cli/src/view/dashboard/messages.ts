import type { LiveStatus } from '../live-status.ts';
import type { DashboardAbout } from './view-state.ts';

/** What the dashboard's process is told. */
export type ToDashboard =
  /** Takes the terminal. */
  | {
      readonly type: 'begin';
      readonly about: DashboardAbout;
      readonly colours: boolean;
      readonly hasKeys: boolean;
    }
  | { readonly type: 'status'; readonly status: LiveStatus }
  | { readonly type: 'say'; readonly text: string }
  /** Gives the terminal back, and ends. */
  | { readonly type: 'end' };

/** What it says: that somebody wants the run to stop. */
export interface FromDashboard {
  readonly type: 'stop';
}
