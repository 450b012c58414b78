import type { CheckpointStore } from '../../checkpoint/CheckpointStore.ts';
import { StoreClient } from './StoreClient.ts';

/** The cases of one subject: what a store should do, and how that is seen. */
export type SceneCases = Readonly<Record<string, (scene: Scene) => Promise<void>>>;

/** Where one case takes place: an application and a stream that nobody else uses. */
export class Scene {
  readonly races: number;
  readonly leases: number;
  readonly streamName: string;
  readonly #makeStore: (application: string) => CheckpointStore | Promise<CheckpointStore>;
  readonly #id = crypto.randomUUID();

  constructor(
    makeStore: (application: string) => CheckpointStore | Promise<CheckpointStore>,
    { races, leases }: { readonly races: number; readonly leases: number },
  ) {
    this.#makeStore = makeStore;
    this.races = races;
    this.leases = leases;
    this.streamName = `stream-${this.#id}`;
  }

  /** Another worker's client of the application, or of another one. */
  async open({ streamName = this.streamName, application = 'first' } = {}): Promise<StoreClient> {
    return new StoreClient(await this.#makeStore(`conformance-${this.#id}-${application}`), streamName);
  }

  /** Calls as many times as there are to be races, at once and over several clients, and resolves with the answers. */
  async race<T>(call: (client: StoreClient, index: number) => Promise<T>): Promise<T[]> {
    const clients = await Promise.all([this.open(), this.open(), this.open()]);
    return Promise.all(
      Array.from({ length: this.races }, (_, index) => call(clients[index % clients.length] ?? clients[0], index)),
    );
  }
}
