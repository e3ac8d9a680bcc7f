/** A load that every tool can be told to make. */
export type PeerLoad =
  | { readonly kind: 'closed'; readonly users: number; readonly requests: number }
  | { readonly kind: 'open'; readonly perSecond: number; readonly seconds: number };

/** One run of a tool. */
export interface PeerJob {
  readonly load: PeerLoad;
  readonly model: string;
  /** Of the server, without `/v1`. */
  readonly url: string;
  /** Empty and its own: for configuration and results. */
  readonly directory: string;
  /** A Hugging Face tokenizer. */
  readonly tokenizer: string;
  /** On how many cores it may run. */
  readonly cores: number;
}

/** What a tool reported, in ms; `undefined` where it says nothing of the kind. */
export interface PeerReport {
  readonly ttftP50Ms: number | undefined;
  readonly ttftP99Ms: number | undefined;
}

/** A load generator as the comparison runs it. */
export interface Peer {
  readonly name: string;
  /** Requests of the two W1 runs and of the two W2 runs: as many as it makes in some 5 and 15 s. */
  readonly w1Requests: readonly [short: number, long: number];
  readonly w2Requests: readonly [short: number, long: number];
  /** The executable; `undefined` where it is not installed. */
  find(): string | undefined;
  /** Writes what it needs into the job's directory and returns the words to run. */
  command(executable: string, job: PeerJob): readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Reads its result from the job's directory, or from its standard output. */
  report(job: PeerJob, stdout: string): PeerReport;
}

/** The prompt of every request. */
export const prompt = 'Say something about the sea.';
