import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { delayedLink } from './delayed-link.ts';
import { installPrograms } from './installed-programs.ts';
import { Namespace } from './namespaces.ts';
import type { Place } from './namespaces.ts';

const execute = promisify(execFile);

const programs = ['ip', 'nsenter', 'unshare', 'python3', 'redis-server'];
const packages = ['iproute2', 'util-linux', 'python3', 'redis-server'];

/**
 * A hub and regions, each in a network namespace of its own. Regions reach the hub, and nothing else, over links that take their time;
 * this process reaches the hub at once. What runs there are programs of this machine, not containers. Addresses are out of 198.18.0.0/15, which is for such networks (RFC 2544).
 */
export class RegionNetwork implements AsyncDisposable {
  /** Its address is the same for all. */
  readonly hub: Place;
  readonly regions: Readonly<Record<string, Place>>;
  readonly #parts: AsyncDisposableStack;

  private constructor(parts: AsyncDisposableStack, hub: Place, regions: Readonly<Record<string, Place>>) {
    this.#parts = parts;
    this.hub = hub;
    this.regions = regions;
  }

  /** With a region for each entry, at so many ms from the hub, one way. */
  static async open(oneWayMs: Readonly<Record<string, number>>): Promise<RegionNetwork> {
    if (process.getuid?.() !== 0) throw new Error('Network namespaces are for root.');
    installPrograms(programs, packages);
    await using opening = new AsyncDisposableStack();
    const subnet = await freeSubnet();
    const hub = { namespace: opening.use(await Namespace.open()), address: `${subnet}.1` };
    opening.use(await connectHere(hub.namespace, hub.address, `${subnet}.2`));
    const regions: Record<string, Place> = {};
    for (const [index, [name, ms]] of Object.entries(oneWayMs).entries()) {
      const region = { namespace: opening.use(await Namespace.open()), address: `${subnet}.${index + 3}` };
      opening.use(await delayedLink(ms, hub, region));
      regions[name] = placeOf(region);
    }
    return new RegionNetwork(opening.move(), placeOf(hub), regions);
  }

  /** What runs in it is ended before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }
}

function placeOf({ namespace, address }: { readonly namespace: Namespace; readonly address: string }): Place {
  return { address, inside: namespace.inside };
}

/** A pair of devices, one here and one there. Where nobody disposes of it, it goes some time after the namespace. */
async function connectHere(namespace: Namespace, address: string, here: string): Promise<AsyncDisposable> {
  const name = `hub${namespace.pid}`;
  const words = `link add ${name} type veth peer name to2 netns ${namespace.pid}`;
  await execute('ip', words.split(' '));
  await execute('ip', `address add ${here} peer ${address} dev ${name}`.split(' '));
  await execute('ip', `link set ${name} up`.split(' '));
  await namespace.ip(`address add ${address} peer ${here} dev to2`, 'link set to2 up');
  return { [Symbol.asyncDispose]: async () => void (await execute('ip', ['link', 'delete', name])) };
}

/** The first three numbers of addresses that this machine has none of: other tests may have such a network too. */
async function freeSubnet(): Promise<string> {
  const { stdout } = await execute('ip', ['-4', '-oneline', 'address', 'show']);
  for (;;) {
    const subnet = `198.18.${Math.floor(Math.random() * 256)}`;
    if (!stdout.includes(` ${subnet}.`)) return subnet;
  }
}
