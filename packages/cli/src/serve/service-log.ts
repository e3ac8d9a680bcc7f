import type { Clock } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import type { ServiceOptions } from '../flags/service-options.ts';

export type LogLevel = 'info' | 'warning' | 'error';

/** What a log line says beside its text, for those who read lines as JSON. Nothing secret. */
export type LogFields = Readonly<Record<string, string | number>>;

export interface ServiceLogOptions {
  readonly format: 'text' | 'json';
  /** Only warnings and errors. */
  readonly quiet: boolean;
  /** Begins each line of text and is in each line of JSON: `worker eu-1`. */
  readonly name: string;
  readonly clock: Pick<Clock, 'epochMs'>;
  readonly write: (line: string) => unknown;
}

/** The log of a process that runs for long: one line for each event, its time as ISO 8601 in UTC first. */
export class ServiceLog {
  readonly #options: ServiceLogOptions;

  constructor(options: ServiceLogOptions) {
    this.#options = options;
  }

  info(event: string, text: string, fields: LogFields = {}): void {
    this.#line('info', event, text, fields);
  }

  warning(event: string, text: string, fields: LogFields = {}): void {
    this.#line('warning', event, text, fields);
  }

  error(event: string, text: string, fields: LogFields = {}): void {
    this.#line('error', event, text, fields);
  }

  #line(level: LogLevel, event: string, text: string, fields: LogFields): void {
    const { format, quiet, name, clock, write } = this.#options;
    if (quiet && level === 'info') return;
    const time = new Date(clock.epochMs()).toISOString();
    const line =
      format === 'json'
        ? JSON.stringify({ time, level, process: name, event, message: text, ...fields })
        : `${time} ${name}: ${level === 'info' ? '' : `${level}: `}${text}`;
    write(`${line}\n`);
  }
}

/** The log of a process on its standard error, as its flags want it. */
export function serviceLog(
  { log: format, quiet }: Pick<ServiceOptions, 'log' | 'quiet'>,
  name: string,
): ServiceLog {
  return new ServiceLog({ format, quiet, name, clock: systemClock, write: writeError });
}

function writeError(line: string): void {
  process.stderr.write(line);
}
