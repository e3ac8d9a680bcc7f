import { describe, expect, it } from 'vitest';
import { DashboardView } from './dashboard-view.ts';
import { glyphsFor } from './look.ts';
import { detailOf, sliceOf, statusOf } from './view.fixture.ts';

const slices = [sliceOf('all', 'all requests'), sliceOf('target', 'own/a'), sliceOf('target', 'own/b')];
const size = { columns: 100, rows: 40 };

function started(): DashboardView {
  const about = { name: 'x', runId: 'y', stopping: 'ends' } as const;
  return new DashboardView(about, { colours: false, glyphs: glyphsFor({}) }, true);
}

function at(second: number) {
  return statusOf(detailOf({ slices }), { elapsedMs: second * 1000 });
}

describe('the view', () => {
  it('stands still while it is paused, pictures too, and then has all that came meanwhile', () => {
    const [paused, other] = [started(), started()];
    for (const view of [paused, other]) view.status(at(1));
    paused.act('pause');
    const still = paused.lines(size).slice(1);
    for (const second of [2, 3, 4]) for (const view of [paused, other]) view.status(at(second));
    expect(paused.lines(size).slice(1)).toEqual(still);
    expect(paused.lines(size)[0]).toContain('VIEW PAUSED, the run goes on');
    paused.act('pause');
    expect(paused.lines(size)).toEqual(other.lines(size));
  });

  it('shows one group after the other, forwards and backwards', () => {
    const view = started();
    view.act('next');
    view.status(at(1));
    const shown = () => /(all requests|target \S+) \(\d of 3\)/.exec(view.lines(size).join(' '))?.[0];
    const seen = (['next', 'next', 'next', 'previous', 'all'] as const).map((key) => {
      view.act(key);
      return shown();
    });
    expect(seen).toEqual([
      'target own/a (2 of 3)',
      'target own/b (3 of 3)',
      'all requests (1 of 3)',
      'target own/b (3 of 3)',
      'all requests (1 of 3)',
    ]);
  });

  it('keeps the newest messages, and shows its help and hides it', () => {
    const view = started();
    for (let number = 0; number < 300; number++) view.say(`message ${number}`);
    expect(view.lines(size).join('\n')).toContain('message 299');
    view.act('help');
    expect(view.lines(size).join('\n')).toContain('Ctrl-Z');
    view.act('help');
    expect(view.lines(size).join('\n')).not.toContain('Ctrl-Z');
  });
});
