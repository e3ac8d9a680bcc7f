import { GenericContainer, getContainerRuntimeClient } from 'testcontainers';
import type { StartedTestContainer } from 'testcontainers';
import { filesOf, ownPort, untilReady } from './service.ts';
import type { Service, ServiceKind } from './service.ts';

const folder = '/data';
const host = '0.0.0.0';

/** A server in a container of its own, at the same port inside and outside. */
export async function startContainer(kind: ServiceKind): Promise<Service> {
  const port = await ownPort();
  const files = Object.entries(filesOf(kind, port, host));
  let output = '';
  const container = await new GenericContainer(kind.image)
    .withCommand([...kind.command(port, host)])
    .withExposedPorts({ container: port, host: port })
    .withWorkingDir(folder)
    .withCopyContentToContainer(
      files.map(([name, content]) => ({ content, target: `${folder}/${name}`, mode: 0o644 })),
    )
    .withLogConsumer((stream) =>
      stream.on('data', (text: Buffer) => (output = `${output}${text.toString()}`.slice(-2000))),
    )
    .start()
    .catch((cause: unknown) => {
      throw new Error(`A container of ${kind.image} did not start:\n${output}`, { cause });
    });
  const service = new ContainerService(kind, port, container);
  await service.ready();
  return service;
}

class ContainerService implements Service {
  readonly port: number;
  readonly #kind: ServiceKind;
  readonly #container: StartedTestContainer;

  constructor(kind: ServiceKind, port: number, container: StartedTestContainer) {
    this.port = port;
    this.#kind = kind;
    this.#container = container;
  }

  /** What the library can do is to end a container for good or to restart it at once; this one stays away for a while. */
  async start(): Promise<void> {
    await (await this.#engineContainer()).start();
    await this.ready();
  }

  async stop(): Promise<void> {
    await (await this.#engineContainer()).stop();
  }

  async kill(): Promise<void> {
    await (await this.#engineContainer()).kill();
  }

  ready(): Promise<void> {
    return untilReady(this.#kind, this.port, () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop({ timeout: 0 });
  }

  async #engineContainer() {
    const { container } = await getContainerRuntimeClient();
    return container.getById(this.#container.getId());
  }
}
