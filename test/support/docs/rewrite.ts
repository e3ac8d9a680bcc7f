/** What stands in documents for the servers of whoever reads them, and what it is in a test. */
export interface Places {
  /** Of the simulated server, without `/v1`. */
  readonly server: string;
  readonly redis: string;
  readonly influx: string;
  /** Ids of two runs in the store, which are in Redis and InfluxDB too. */
  readonly runs: readonly [string, string];
}

const shortDuration = '1s';
const fewRequests = 4;

/** A documented command as a test runs it: against the test's own servers, and short. Nothing else of it is changed. */
export function rewritten(command: string, places: Places): string {
  return withoutVendor(shortened(placed(withoutFetcher(command), places)));
}

/** What would go to a vendor's own server, which no variable can lead elsewhere, sends nothing. */
function withoutVendor(command: string): string {
  const goesThere = /GLM_API_KEY|--provider glm|compare-providers\.yaml/.test(command);
  return goesThere && !command.includes('--with-sim') ? `GLM_API_KEY=key ${command} --dry-run` : command;
}

/** The command is that of this checkout, however it is fetched. */
function withoutFetcher(command: string): string {
  return command.replaceAll(/\b(?:npx (?:--yes )?(?:pnpm@12 )?|pnpm )tokenstorm\b/g, 'tokenstorm');
}

function placed(command: string, { server, redis, influx, runs }: Places): string {
  return command
    .replaceAll(/http:\/\/(?:127\.0\.0\.1|localhost):8000(?=\/|\b)/g, server)
    .replaceAll(/(?<![\w/.])localhost:8000/g, server)
    .replaceAll(
      /rediss?:\/\/(?:\w+:\w+@)?redis\.example(?::6379)?(?:\?[\w=/.&]+)?|(?<=--redis )URL\b/g,
      redis,
    )
    .replaceAll(/http:\/\/influx\.example:8086|http:\/\/127\.0\.0\.1:8086/g, influx)
    .replaceAll(/20261121-084512(?:-k3v9qd)?/g, runs[0])
    .replaceAll(/20261121-091530(?:-a81bzt)?/g, runs[1])
    .replaceAll(/--port \d+/g, '--port 0');
}

function shortened(command: string): string {
  const short = command
    .replaceAll(/(\s(?:-d|--duration)[ =])\S+/g, `$1${shortDuration}`)
    .replaceAll(/(\s(?:-n|--request-count|--iterations)[ =])\d+/g, `$1${fewRequests}`)
    .replaceAll(/(\s--every[ =])\S+/g, '$1300ms');
  const isWhole =
    /\btokenstorm (?:run|compare)\b/.test(short) &&
    !/\s(?:-d|-n|--duration|--request-count|--dry-run|--help)\b/.test(short);
  return isWhole
    ? short.replace(
        /(\btokenstorm (?:run|compare)(?: [^\s>|&-][^\s>|&]*)?)/,
        `$1 -d ${shortDuration} --warmup-duration 100ms`,
      )
    : short;
}
