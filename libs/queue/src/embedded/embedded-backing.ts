import { EventEmitter } from 'node:events';
import type { JobState } from '@sandlot/contract';
import type { BackendFactory } from 'bullmq';
import { EmbeddedBackend } from '../backend/embedded-backend.js';
import { recoverStalled } from '../backend/release-job.js';
import {
  isSameKey,
  KEY_AGE_MS,
  type Backing,
  type KeyRecord,
  type KeyStore,
  type Link,
  type Tally,
} from '../backing/backing.js';
import type { LedgerStore, SwapResult } from '../ledger/update-ledger.js';
import { QUEUE_NAME } from '../queue/job-reader.js';
import type { DurableState } from '../state/durable-state.js';
import { EmbeddedHistory } from './embedded-history.js';
import { EmbeddedStore } from './embedded-store.js';

/** A queue inside this process. One link serves all, since nothing can be out of reach. */
export class EmbeddedBacking implements Backing {
  readonly locksLapse = false;
  readonly remedy = 'See the cause; the queue directory is in SANDLOT_DATA_DIR';
  readonly producer: Link;
  readonly reader = new EmbeddedHistory();
  readonly keys: KeyStore;
  readonly store: EmbeddedStore;
  readonly #cancels = new EventEmitter();
  readonly #keyAgeMs: number;

  /** Takes over the state. Jobs that were active when its last process ended are put back in front. */
  constructor(durableState: DurableState, { retentionMs }: { readonly retentionMs: number }) {
    this.store = new EmbeddedStore(durableState, QUEUE_NAME);
    this.#keyAgeMs = Math.max(KEY_AGE_MS, retentionMs);
    recoverStalled(this.store);
    const backendFactory: BackendFactory<EmbeddedBackend, object> = (name, options) =>
      new EmbeddedBackend(name, options, this.store);
    const ledgers: LedgerStore = {
      read: async (ids) => Promise.resolve(ids.map((id) => this.store.job(id)?.ledger)),
      swap: async (id, change) => this.#swapLedger(id, change),
    };
    this.producer = {
      backendFactory,
      ledgers,
      events: this.reader,
      markEnded: async (id, { state }) => this.#markEnded(id, state),
      close: async () => Promise.resolve(),
    };
    this.keys = {
      read: async (key) => Promise.resolve(this.store.state.keys.get(key)?.record),
      swap: async (key, expected, record) => this.#swapKey(key, expected, record),
    };
    this.#cancels.setMaxListeners(0);
  }

  async openConsumerLink(): Promise<Link> {
    return Promise.resolve(this.producer);
  }

  async announceCancel(id: string): Promise<void> {
    this.#cancels.emit('cancel', id);
    return Promise.resolve();
  }

  async onCancel(listener: (id: string | undefined) => void): Promise<() => void> {
    this.#cancels.on('cancel', listener);
    return Promise.resolve(() => void this.#cancels.off('cancel', listener));
  }

  async tally(): Promise<Tally> {
    const { ended, cancelledInQueue } = this.store.state;
    return Promise.resolve({ ended: Object.fromEntries(ended), cancelledInQueue });
  }

  async ping(): Promise<void> {
    this.store.durableState.check();
    return Promise.resolve();
  }

  async sweep(): Promise<void> {
    const oldest = Date.now() - this.#keyAgeMs;
    for (const [key, { at }] of this.store.state.keys) {
      if (at > oldest) break;
      this.store.commit({ t: 'unkey', key });
    }
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return this.store.durableState.close();
  }

  async #swapLedger(
    id: string,
    { expected, next, durable }: Parameters<LedgerStore['swap']>[1],
  ): Promise<SwapResult> {
    const job = this.store.job(id);
    if (job === undefined) return { kind: 'missing' };
    if (job.finishedOn !== undefined) return { kind: 'finished', text: job.ledger };
    if (job.ledger !== expected) return { kind: 'changed', text: job.ledger };
    if (next !== expected) this.store.commit({ t: 'set', id, to: { ledger: next } });
    if (durable) await this.store.durable();
    return { kind: 'swapped' };
  }

  async #markEnded(id: string, endState: JobState): Promise<void> {
    if (this.store.job(id) !== undefined) this.store.commit({ t: 'set', id, to: { endState } });
    return Promise.resolve();
  }

  async #swapKey(
    key: string,
    expected: KeyRecord | undefined,
    record: KeyRecord,
  ): Promise<KeyRecord | undefined> {
    const found = this.store.state.keys.get(key)?.record;
    if (!isSameKey(found, expected)) return found;
    this.store.commit({ t: 'key', key, record, at: Date.now() });
    if (!record.added) await this.store.durable();
    return found;
  }
}
