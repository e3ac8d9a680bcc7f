import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Report } from '@tokenstorm/core';
import { nodeWords } from '../command.ts';
import type { CommandEnd } from '../command.ts';
import { Fleet, until } from '../fleet.ts';
import { simulatorProcess } from '../simulator.ts';
import type { SimulatorProcess } from '../simulator.ts';
import { codeCache } from '../store.ts';
import { rewritten } from './rewrite.ts';

const top = fileURLToPath(new URL('../../../', import.meta.url));
/** What serves until it is told to end. */
const service =
  /\btokenstorm (?:sim|worker|aggregator)\b(?!.*--help)|\btokenstorm monitor\b.*--every\b(?!.*--(?:count|duration|exit-on-alert))/;
const serviceMs = 2500;
/** How the models that the documents name answer here. */
const quick = { ttftMs: 5, itlMs: 0.5, tokens: 20 };

/** Ids of two runs each. */
interface StagedRuns {
  readonly here: readonly [string, string];
  readonly fleet: readonly [string, string];
}

/** All that the commands of the documents need: servers, a fleet, and runs that are over. */
export class Stage implements AsyncDisposable {
  readonly #simulator: SimulatorProcess;
  readonly #fleet: Fleet;
  readonly #runs: StagedRuns;

  private constructor(simulator: SimulatorProcess, fleet: Fleet, runs: StagedRuns) {
    this.#simulator = simulator;
    this.#fleet = fleet;
    this.#runs = runs;
  }

  /** `models` are those that the commands name. */
  static async open(models: readonly string[]): Promise<Stage> {
    const simulator = await simulatorProcess(['--any-model']);
    await simulator.setModels(Object.fromEntries(models.map((model) => [model, quick])));
    const fleet = await Fleet.start({ workers: { 'eu-west': 2, 'us-east': 2 }, influx: true });
    const stage = new Stage(simulator, fleet, { here: ['', ''], fleet: ['', ''] });
    await stage.#furnish();
    const [here1, here2, fleet1, fleet2] = await Promise.all([
      stage.#run(['--export json=report.json --export json=base.json --snapshot-log eu.snapshots.jsonl']),
      stage.#run(['--export json=new.json --snapshot-log us.snapshots.jsonl']),
      stage.#run([`--redis ${fleet.redis.url}`]),
      stage.#run([`--redis ${fleet.redis.url}`]),
    ]);
    for (const part of ['run', `${here1}.agg-1`, `${here1}.w-7.leftovers`])
      await cp(join(stage.#folder, 'eu.snapshots.jsonl'), join(stage.#folder, `${part}.snapshots.jsonl`));
    return new Stage(simulator, fleet, { here: [here1, here2], fleet: [fleet1, fleet2] });
  }

  /** A folder as a reader has it, with what the documents take for granted. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(this.#fleet.folder.path, 'reader-'));
    await cp(this.#folder, folder, { recursive: true });
    await cp(this.#fleet.home, homeIn(folder), { recursive: true });
    for (const place of ['.zfunc', '.config/fish/completions'])
      await mkdir(join(folder, place), { recursive: true });
    return folder;
  }

  /** A documented command in a folder, to its end; what serves is told to end after a while. */
  async run(command: string, folder: string): Promise<CommandEnd> {
    const isRemote = /--redis|--from-influx|\battach\b|\bstop\b/.test(command);
    const text = rewritten(command, {
      server: this.#simulator.url,
      redis: this.#fleet.redis.url,
      influx: this.#fleet.influx!.url,
      runs: isRemote ? this.#runs.fleet : this.#runs.here,
    });
    return this.#shell(this.#withRun(text), folder, service.test(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fleet[Symbol.asyncDispose]();
    await this.#simulator.close();
  }

  get #folder(): string {
    return join(this.#fleet.folder.path, 'reader');
  }

  /** What attaches to a run, or stops one, has one of its own. */
  #withRun(command: string): string {
    const [, verb] = /\btokenstorm (attach|stop) (?!-)\S+/.exec(command) ?? [];
    if (verb === undefined) return command;
    const redis = `--redis ${this.#fleet.redis.url}`;
    const begin = `RUN=$(tokenstorm run scenario.yaml -d ${verb === 'stop' ? '20s' : '2s'} ${redis} --detach --quiet)`;
    return `${begin} && ${command.replace(/(\btokenstorm (?:attach|stop)) \S+/, '$1 "$RUN"')}`;
  }

  async #furnish(): Promise<void> {
    await cp(join(top, 'scenarios'), join(this.#folder, 'scenarios'), { recursive: true });
    for (const file of await readdir(join(this.#folder, 'scenarios'))) {
      if (!file.endsWith('.yaml')) continue;
      const path = join(this.#folder, 'scenarios', file);
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replaceAll('http://127.0.0.1:8089', this.#simulator.url));
    }
    const question = `${JSON.stringify({ question: 'Why is the sky blue?', prompt: 'Why is the sky blue?' })}\n`;
    for (const file of ['questions.jsonl', 'prompts.jsonl'])
      await writeFile(join(this.#folder, file), question);
    await writeFile(join(this.#folder, 'scenario.yaml'), scenarioText(this.#simulator.url));
    const shim = `#!/bin/sh\nexec ${[process.execPath, ...nodeWords()].join(' ')} "$@"\n`;
    await writeFile(join(this.#fleet.folder.path, 'tokenstorm'), shim);
    await chmod(join(this.#fleet.folder.path, 'tokenstorm'), 0o755);
  }

  /** The id of a run that is over. */
  async #run(flags: readonly string[]): Promise<string> {
    const words = ['tokenstorm run scenario.yaml --json --quiet --allow-invalid', ...flags].join(' ');
    const end = await this.#shell(words, this.#folder, false);
    if (!end.stdout.startsWith('{')) throw new Error(`${words}: exit code ${end.exitCode}\n${end.stderr}`);
    return (JSON.parse(end.stdout) as Report).run.id;
  }

  async #shell(command: string, cwd: string, isService: boolean): Promise<CommandEnd> {
    const child = spawn('bash', ['-c', isService ? `exec env ${command}` : command], {
      cwd,
      env: this.#environment(cwd),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const closed = once(child, 'close');
    if (isService) {
      await until(`${command} to begin`, () => stdout !== '' || stderr !== '' || child.exitCode !== null);
      await Promise.race([sleep(serviceMs), closed]);
      child.kill('SIGTERM');
    }
    const [exitCode] = (await closed) as [number | null];
    return { exitCode, stdout, stderr };
  }

  #environment(folder: string): Record<string, string> {
    const { PATH = '' } = process.env;
    const { url } = this.#simulator;
    const key = 'sk-of-the-documents';
    return {
      ...codeCache,
      PATH: [this.#fleet.folder.path, PATH].join(delimiter),
      HOME: folder,
      TOKENSTORM_HOME: folder === this.#folder ? this.#fleet.home : homeIn(folder),
      TOKENSTORM_INFLUX_URL: this.#fleet.influx!.url,
      OPENAI_API_KEY: key,
      OPENAI_BASE_URL: `${url}/v1`,
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_BASE_URL: url,
      NO_COLOR: '1',
    };
  }
}

/** A reader's own store and history, so that what one deletes or tags is nobody else's. */
function homeIn(folder: string): string {
  return join(folder, '.home');
}

function scenarioText(server: string): string {
  return JSON.stringify({
    name: 'chat',
    regions: { 'eu-west': '50%', 'us-east': '50%' },
    providers: [{ name: 'own', type: 'openai-compatible', base_url: server, models: ['my-model'] }],
    workload: {
      scenarios: [
        {
          name: 'visitors',
          executor: 'constant-arrival-rate',
          rate: 20,
          duration: '1s',
          prompt: 'Why is the sky blue?',
        },
      ],
    },
  });
}
