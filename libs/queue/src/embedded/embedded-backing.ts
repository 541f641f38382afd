import { EventEmitter } from 'node:events';
import type { JobState } from '@sandlot/contract';
import type { BackendFactory } from 'bullmq';
import { EmbeddedBackend } from '../backend/embedded-backend.js';
import { recoverStalled } from '../backend/release-job.js';
import { KEY_AGE_MS, type Backing, type Link, type Tally } from '../backing/backing.js';
import type { EventBatch } from '../event/event-log.js';
import type { LedgerStore, SwapResult } from '../ledger/update-ledger.js';
import { QUEUE_NAME } from '../queue/job-reader.js';
import type { DurableState } from '../state/durable-state.js';
import type { StoredJob } from '../state/stored-job.js';
import { EmbeddedHistory } from './embedded-history.js';
import { EmbeddedKeys } from './embedded-keys.js';
import { EmbeddedStore } from './embedded-store.js';
import { keepLocks } from './keep-locks.js';

/** A queue inside this process. One link serves all, since nothing can be out of reach. */
export class EmbeddedBacking implements Backing {
  readonly locksLapse = false;
  readonly remedy = 'See the cause; the queue directory is in SANDLOT_DATA_DIR';
  readonly producer: Link;
  readonly reader = new EmbeddedHistory();
  readonly keys: EmbeddedKeys;
  readonly store: EmbeddedStore;
  readonly #cancels = new EventEmitter();

  /** Takes over the state. Jobs that were active when its last process ended are put back in front. */
  constructor(durableState: DurableState, { retentionMs }: { readonly retentionMs: number }) {
    this.store = new EmbeddedStore(durableState, QUEUE_NAME);
    this.keys = new EmbeddedKeys(this.store, Math.max(KEY_AGE_MS, retentionMs));
    recoverStalled(this.store);
    durableState.listen({
      rolledBack: (before, after) => keepLocks(this.store.locks, before, after),
      recovered: () => {
        recoverStalled(this.store);
        this.store.wake();
      },
    });
    const backendFactory: BackendFactory<EmbeddedBackend, object> = (name, options) =>
      new EmbeddedBackend(name, options, this.store);
    const ledgers: LedgerStore = {
      read: async (ids) => Promise.all(ids.map(async (id) => (await this.#readJob(id))?.ledger)),
      swap: async (id, change) => this.#swapLedger(id, change),
    };
    this.producer = {
      backendFactory,
      ledgers,
      events: { append: async (id, batch) => this.#append(id, batch) },
      abandon: async (id, token) => this.#abandon(id, token),
      markEnded: async (id, { state, inQueue }) => this.#markEnded(id, state, inQueue),
      close: async () => Promise.resolve(),
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
    this.keys.sweep();
    this.store.durableState.sweep();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return this.store.durableState.close();
  }

  async #swapLedger(
    id: string,
    { expected, next, durable }: Parameters<LedgerStore['swap']>[1],
  ): Promise<SwapResult> {
    const job = await this.#readJob(id);
    if (job === undefined) return { kind: 'missing' };
    if (job.finishedOn !== undefined) return { kind: 'finished', text: job.ledger };
    if (job.ledger !== expected) return { kind: 'changed', text: job.ledger };
    if (next !== expected) this.store.commit({ t: 'set', id, to: { ledger: next } });
    if (durable) await this.store.durable();
    return { kind: 'swapped' };
  }

  /** Its job is found stalled. */
  async #abandon(id: string, token: string): Promise<void> {
    if (this.store.locks.get(id) === token) this.store.locks.delete(id);
    return Promise.resolve();
  }

  /** How a job finished is noted along with its end. */
  async #markEnded(id: string, endState: JobState, inQueue: boolean): Promise<void> {
    const job = this.store.job(id);
    if (inQueue && job !== undefined && job.finishedOn === undefined)
      this.store.commit({ t: 'set', id, to: { endState } });
    return Promise.resolve();
  }

  /** What an old attempt still has to tell of a job that is over would begin a history that never ends. */
  async #append(id: string, batch: EventBatch): Promise<void> {
    const job = this.store.job(id);
    if (!batch.ends && (job === undefined || job.finishedOn !== undefined)) return;
    await this.reader.append(id, batch);
  }

  /** At once if the job is in memory: who asks whether it is there asks about this moment. */
  async #readJob(id: string): Promise<Readonly<StoredJob> | undefined> {
    return this.store.state.archive.has(id) ? this.store.read(id) : this.store.job(id);
  }
}
