import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import { nonNegative, oneOf, SettingsError, wholeNumber } from '../settings/checks.ts';
import { parseBehaviour, parseFaultPlan, parseModels } from '../settings/parse-behaviour.ts';
import type { SimulatorOptions, TruthOptions } from '../settings/options.ts';

/** What the simulator's own command line says. */
export interface SimulatorCommandLine {
  readonly options: SimulatorOptions;
  /** Ends when standard input does: for a parent that must not leave it behind. */
  readonly endsWithInput: boolean;
}

export const simulatorUsage = `Usage: sim [options]   A simulated LLM server with faults and a truth log.

  --port N                  default 8089; 0 for any free port
  --host ADDRESS            default 127.0.0.1
  --seed N                  of every latency, text and fault; default 1
  --models FILE             JSON: {"model name": {behaviour}, …}
  --all-models JSON         a behaviour's changes for every model, such as '{"slots": 10}'
  --any-model               answer every model name, not only sim-… and those of --models
  --fault-plan JSON         '{"3": "reset_after"}': the third request meets this fault
  --api-key KEY             refuse requests without it: Bearer KEY, or x-api-key with Anthropic
  --keep-alive-timeout MS   close a connection that was idle for so long; default never
  --pacing timer|spin       spin writes exactly when due and takes a whole core; default timer
  --truth full|summary      a record for each request, or totals only; default full
  --truth-records N         records kept in memory; default 100000
  --truth-log FILE          append a line of JSON for each request
  --tls-key FILE --tls-cert FILE   serve HTTPS
  --until-input-ends        end when standard input ends

Endpoints, each streamed or whole:
  POST /v1/chat/completions   OpenAI chat           POST /v1/responses   OpenAI responses
  POST /v1/completions        OpenAI, legacy        POST /v1/messages    Anthropic (needs anthropic-version)
  GET  /v1/models             in Anthropic's shape where the request names an anthropic-version
  GET  /truth/summary, /truth/records      what was really received and sent, and when
  POST /truth/reset, /control/freeze {"ms": 500}, /control/models {"name": {behaviour}}

Models: the name says how it answers, sim-[MODEL]-[SETTING]-…, such as sim-w3-n20 or sim-ttft200-itl20-stall5.
  fast slow one burst w2 w3 w4 traps faults tool refusal
                            reasoning  20 tokens shown          hidden   100 tokens billed and not shown
                            reasoner   500 hidden tokens, refuses max_tokens and temperature
                            thinker    20 of 500 tokens shown, as a summary
  ttft80 itl8 jitter25 n40  first token and gap in ms, their spread in %, tokens of the answer
  reason20 hidden100        reasoning tokens shown and hidden; redacted, rawreason, nosplit, noanswer
  in100 cached40 written10  input tokens in usage, read from and written to the prompt cache
  e3 w2 tail100 split48 …   tokens an event, events a write, a pause before the end, bytes a write
  unicode escaped crlf cr nospace multiline early norole nodone nofinish nousage outusage lateusage obfuscated …
                            how it is written, and what is left out
  slots10                   answers at once; the others wait
  rpm60 tpm9000 itpm otpm   rate limits a minute; bucket1: seconds of it that are there at once;
                            stated: only told in headers; shared: one limit for all models
  overloaded5 stall …       a fault in % of the requests, or in all: rate_limited rate_limited_bare server_error
                            overloaded reset_before reset_after stall_before stall truncated cut stream_error
                            bad_json split_writes close
  attempts1                 only the first attempt at each body can meet a fault; after1: in mid-stream, after so
                            many events; retry2, retrydate, retryms, retryboth, retrynone: what a 429 asks for
Every setting, by its full name: {"sim": {"hidden_reasoning_tokens": 100}} in the body, or the header x-sim.
`;

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  seed: { type: 'string' },
  models: { type: 'string' },
  'all-models': { type: 'string' },
  'any-model': { type: 'boolean' },
  'fault-plan': { type: 'string' },
  'api-key': { type: 'string' },
  'keep-alive-timeout': { type: 'string' },
  pacing: { type: 'string' },
  truth: { type: 'string' },
  'truth-records': { type: 'string' },
  'truth-log': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  'until-input-ends': { type: 'boolean' },
} as const;

type Flags = ReturnType<typeof parseFlags>;

/** Reads the arguments after the command's name. Throws `SettingsError`; an unreadable file throws the system's error. */
export function readCommandLine(words: readonly string[]): SimulatorCommandLine {
  const given = parseFlags(words);
  const options: SimulatorOptions = {
    host: given.host ?? '127.0.0.1',
    port: number(given.port, '--port') ?? 8_089,
    seed: number(given.seed, '--seed') ?? 1,
    anyModel: given['any-model'] ?? false,
    keepAliveTimeoutMs: number(given['keep-alive-timeout'], '--keep-alive-timeout') ?? 0,
    pacing: given.pacing === undefined ? 'timer' : oneOf('timer', 'spin')(given.pacing, '--pacing'),
    truth: truthOptions(given),
    ...modelOptions(given),
    ...(given['api-key'] !== undefined && { apiKey: given['api-key'] }),
    ...tlsOptions(given),
  };
  return { options, endsWithInput: given['until-input-ends'] ?? false };
}

function parseFlags(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: flags }).values;
  } catch (cause) {
    throw new SettingsError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function truthOptions(given: Flags): TruthOptions {
  const maxRecords = number(given['truth-records'], '--truth-records');
  return {
    level: given.truth === undefined ? 'full' : oneOf('full', 'summary')(given.truth, '--truth'),
    ...(maxRecords !== undefined && { maxRecords: wholeNumber(maxRecords, '--truth-records') }),
    ...(given['truth-log'] !== undefined && { file: given['truth-log'] }),
  };
}

function modelOptions(given: Flags): Partial<SimulatorOptions> {
  const models =
    given.models === undefined ? {} : parseModels(json(readFileSync(given.models, 'utf8'), '--models'));
  const allModels: Partial<ModelBehaviour> =
    given['all-models'] === undefined
      ? {}
      : parseBehaviour(json(given['all-models'], '--all-models'), '--all-models');
  const plan = given['fault-plan'] === undefined ? {} : json(given['fault-plan'], '--fault-plan');
  return { models, allModels, faultPlan: parseFaultPlan(plan, '--fault-plan') };
}

function tlsOptions(given: Flags): Pick<SimulatorOptions, 'tls'> {
  const { 'tls-key': key, 'tls-cert': cert } = given;
  if (key === undefined && cert === undefined) return {};
  if (key === undefined || cert === undefined)
    throw new SettingsError('--tls-key and --tls-cert go together');
  return { tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } };
}

function number(text: string | undefined, flag: string): number | undefined {
  return text === undefined ? undefined : nonNegative(text.trim() === '' ? Number.NaN : Number(text), flag);
}

function json(text: string, flag: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SettingsError(`${flag}: not JSON`, { cause });
  }
}
