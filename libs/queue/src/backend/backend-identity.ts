import { EventEmitter } from 'node:events';
import { QueueKeys, type KeysMap } from 'bullmq';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import { JobWaiters } from './job-waiters.js';
import { unsupported } from './unsupported.js';

/** BullMQ's default; the embedded backend has one queue per directory and no other use for prefixes. */
const PREFIX = 'bull';

/** Name, keys and life of a backend. Many backends share one store and none of them owns it. */
export class BackendIdentity extends EventEmitter {
  readonly store: EmbeddedStore;
  readonly name: string;
  readonly keys: KeysMap;
  readonly qualifiedName: string;
  readonly minimumBlockTimeout = 0.001;
  readonly maximumBlockTimeout = 60;
  readonly waiters = new JobWaiters();
  closing: Promise<void> | undefined;
  readonly #names = new QueueKeys(PREFIX);

  constructor(name: string, store: EmbeddedStore) {
    super();
    this.name = name;
    this.store = store;
    this.keys = this.#names.getKeys(name);
    this.qualifiedName = this.#names.getQueueQualifiedName(name);
    store.waiters.add(this.waiters);
  }

  /** Always ready: each change says for itself whether it can be made. A failure here would be taken for a job's. */
  async waitUntilReady(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.store.waiters.delete(this.waiters);
    this.waiters.interrupt();
    this.closing ??= Promise.resolve();
    return this.closing;
  }

  async disconnect(): Promise<void> {
    return this.disconnectBlocking();
  }

  async disconnectBlocking(): Promise<void> {
    this.waiters.interrupt();
    return Promise.resolve();
  }

  async reconnectBlocking(): Promise<void> {
    return Promise.resolve();
  }

  async setName(): Promise<void> {
    return Promise.resolve();
  }

  forQueue(): never {
    throw unsupported('flows');
  }

  toKey(type: string): string {
    return this.#names.toKey(this.name, type);
  }

  parseNodeKey(): never {
    throw unsupported('flows');
  }

  clientName(suffix = ''): string {
    return `${this.qualifiedName}${suffix}`;
  }

  async getClientList(): Promise<string[]> {
    return Promise.resolve([]);
  }
}
