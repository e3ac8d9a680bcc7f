import { isatty, ReadStream } from 'node:tty';
import { DashboardTerminal } from './dashboard-terminal.ts';
import { DashboardView } from './dashboard-view.ts';
import { keyActions } from './keys.ts';
import { glyphsFor } from './look.ts';
import type { FromDashboard, ToDashboard } from './messages.ts';

/** The process that owns the terminal while a run is shown: it is told of the run over IPC, and reads the keys. */

/** How long messages of the run's process may take that ended without a word. */
const lastWordsMs = 100;

// Of its own streams alone Node follows the size.
const output = process.stderr;
const input = isatty(0) ? new ReadStream(0) : undefined;
const terminal = new DashboardTerminal(output, input);
/** What was said since the dashboard has the terminal. */
const said: string[] = [];
let view: DashboardView | undefined;

process.on('message', (message: ToDashboard) => {
  if (message.type === 'begin') begin(message);
  else if (message.type === 'status') view?.status(message.status);
  else if (message.type === 'say') {
    said.push(message.text);
    view?.say(message.text);
  } else end();
  draw();
});
// A signal to the whole job, as of Ctrl-C where it is no key, is the run's to obey; this process ends after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => {});
process.on('SIGHUP', () => end());
process.on('SIGTSTP', suspend);
process.on('SIGCONT', () => draw({ clear: true }));
// Without the run's process nobody else would give the terminal back, or print what was said.
process.on('disconnect', () => {
  terminal.leave();
  if (said.length > 0) terminal.print(`${said.join('\n')}\n`);
  setTimeout(() => process.exit(1), lastWordsMs);
});
process.on('exit', () => terminal.leave());
output.on('resize', () => draw({ clear: true }));
output.on('error', () => process.exit(1));
input?.on('error', () => {});
input?.setEncoding('utf8').on('data', (typed) => {
  for (const action of keyActions(String(typed))) {
    if (action === 'stop') process.send?.({ type: 'stop' } satisfies FromDashboard);
    else if (action === 'suspend') process.kill(0, 'SIGTSTP');
    else view?.act(action);
  }
  draw();
});
// What is typed before the dashboard has the terminal is not for it.
input?.pause();

function begin({ about, colours, hasKeys }: ToDashboard & { readonly type: 'begin' }): void {
  view = new DashboardView(
    about,
    { colours, glyphs: glyphsFor(process.env) },
    hasKeys && input !== undefined,
  );
  terminal.enter();
}

function draw(options: { readonly clear?: boolean } = {}): void {
  if (view === undefined) return;
  // A job that was continued in the background gets the terminal once it is at the front.
  if (!terminal.isEntered) terminal.enter();
  terminal.draw(view.lines(terminal.size), options);
}

function end(): void {
  view = undefined;
  terminal.leave();
  process.exit(0);
}

/** Gives the terminal to the shell and stops, as the signal asks for; goes on from here. */
function suspend(): void {
  terminal.leave();
  process.off('SIGTSTP', suspend);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', suspend);
  draw({ clear: true });
}
