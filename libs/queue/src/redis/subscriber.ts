import { Cluster } from 'ioredis';
import type { RedisClient } from './redis-connection.js';

/** A cluster's client changes the node that it listens to without a word: so often listeners are to look for themselves. */
const CLUSTER_LOOK_MS = 2_000;

/** `undefined`: the connection was lost for a while, messages may have been missed. */
type Listener = (message: string | undefined) => void;

/** Shares one subscriber connection among all channels. */
export class Subscriber {
  readonly #redis: RedisClient;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #looking: NodeJS.Timeout | undefined;

  constructor(redis: RedisClient) {
    this.#redis = redis;
    redis.on('message', (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
    // ioredis subscribes anew after a reconnect, and is ready once that is done.
    redis.on('ready', () => this.#wakeAll());
    if (redis instanceof Cluster) this.#looking = setInterval(() => this.#wakeAll(), CLUSTER_LOOK_MS).unref();
  }

  /** Ends the connection. */
  close(): void {
    clearInterval(this.#looking);
    this.#redis.disconnect();
  }

  /** Resolves once no message can be missed any more. Gives what unsubscribes. */
  async subscribe(channel: string, listener: Listener): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    const leave = (): void => this.#leave(channel, listener);
    try {
      await this.#redis.subscribe(channel);
      return leave;
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  #wakeAll(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener(undefined);
  }

  #leave(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(listener);
    if (listeners === undefined || listeners.size > 0) return;
    this.#listeners.delete(channel);
    // Fails without a connection only. A reconnect may then subscribe again, to a channel that falls silent soon.
    this.#redis.unsubscribe(channel).catch(ignore);
  }
}

const ignore = (): void => undefined;
