import type { ShardSlice } from '../run.ts';
import type { Region } from '../scenario/scenario.ts';
import { courseOf, loadPeak } from './course.ts';
import type { ClosedLoopProfile, Stage } from './load-profile.ts';
import { userLevels } from './user-levels.ts';

/** From `offsetMs` after the workload's start on, a shard has this many active virtual users. */
export interface UserChange {
  readonly offsetMs: number;
  readonly users: number;
}

/**
 * The times at which a shard's number of active virtual users changes: the first at 0, then ascending, each with
 * another number. A profile with a duration ends with 0 users at its end; shared iterations have one entry. As in
 * k6, along a stage a user of the run starts, or stops, whenever the line to its target reaches the next whole number.
 */
export function* userChanges(
  load: ClosedLoopProfile,
  regions: readonly Region[],
  shard: ShardSlice,
): Generator<UserChange, void, undefined> {
  let known: UserChange | undefined;
  let latest: UserChange = { offsetMs: 0, users: 0 };
  for (const change of steps(load, userLevels(loadPeak(load), regions, shard))) {
    if (change.offsetMs > latest.offsetMs && latest.users !== known?.users) {
      known = latest;
      yield latest;
    }
    latest = change;
  }
  if (latest.users !== known?.users) yield latest;
}

/** Every change, where several may have the same time and the last of them counts. */
function* steps(load: ClosedLoopProfile, levels: readonly number[]): Generator<UserChange, void, undefined> {
  if (load.executor === 'shared-iterations') {
    yield { offsetMs: 0, users: levels.length };
    return;
  }
  const { start, stages } = courseOf(load);
  let [from, startMs] = [start, 0];
  yield { offsetMs: 0, users: activeAt(levels, start) };
  for (const stage of stages) {
    yield* stageSteps(levels, from, startMs, stage);
    [from, startMs] = [stage.target, startMs + stage.durationMs];
  }
  yield { offsetMs: startMs, users: 0 };
}

/** One step for each user of the shard that starts or stops in a stage. A stage without duration takes them at once. */
function* stageSteps(
  levels: readonly number[],
  from: number,
  startMs: number,
  { target, durationMs }: Stage,
): Generator<UserChange, void, undefined> {
  const last = activeAt(levels, target);
  const offsetAfter = (users: number) => startMs + (durationMs * users) / Math.abs(target - from);
  let users = activeAt(levels, from);
  for (; users < last; users += 1)
    yield { offsetMs: offsetAfter((levels[users] ?? 0) - from), users: users + 1 };
  for (; users > last; users -= 1)
    yield { offsetMs: offsetAfter(from + 1 - (levels[users - 1] ?? 0)), users: users - 1 };
}

function activeAt(levels: readonly number[], usersOfRun: number): number {
  return levels.filter((level) => level <= usersOfRun).length;
}
