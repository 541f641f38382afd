import { toInfrastructureError, type ConsumeOptions, type JobResult, type LeaseEnd } from '@sandlot/engine';
import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import type { Link } from '../backing/backing.js';
import { formatLedger, parseLedger, type Ledger } from '../ledger/ledger.js';
import { beginAttempt, endAttempt, markRunning, type Begun, type Cause } from '../ledger/transitions.js';
import { updateLedger } from '../ledger/update-ledger.js';
import { toQueuedJob, type BullJob } from '../queue/job-reader.js';
import type { ResolvedOptions } from '../queue-options.js';
import { toRecord } from '../record/to-record.js';
import { ActiveLease } from './active-lease.js';
import type { Renewal } from './lease-worker.js';

export interface LeaseRunnerOptions {
  readonly consume: ConsumeOptions;
  readonly options: ResolvedOptions;
  readonly link: Link;
  readonly locksLapse: boolean;
}

/**
 * Takes the jobs that BullMQ's worker leased through their attempts. What it hands back to BullMQ is final: a
 * result, `null` for a job cancelled without one, `UnrecoverableError` for a dead one. `DelayedError` and
 * `WaitingError` tell BullMQ that the job is already elsewhere, or must be left to its lapsing lock.
 */
export class LeaseRunner {
  readonly #o: LeaseRunnerOptions;
  readonly #leases = new Map<string, ActiveLease>();
  /** The last ledger seen of a job that was handed back. */
  readonly #ledgers = new WeakMap<BullJob, Ledger>();
  readonly #running = new Set<Promise<unknown>>();
  #draining = false;

  constructor(options: LeaseRunnerOptions) {
    this.#o = options;
  }

  async process(job: BullJob, token: string): Promise<JobResult | null> {
    try {
      return await this.#attempt(job, token);
    } catch (thrown) {
      if (thrown instanceof UnrecoverableError || isElsewhere(thrown)) throw thrown;
      // A failure of our own bookkeeping must not become the job's end: without a lock it is tried again.
      this.#o.consume.onError(toInfrastructureError(thrown));
      await this.#o.link.abandon(jobId(job), token);
      throw new WaitingError();
    }
  }

  /** The ledger of a job that `process` handed back. */
  ledgerOf(job: BullJob): Ledger {
    return this.#ledgers.get(job) ?? parseLedger('');
  }

  /** Leases nothing more; whatever still comes is given back untouched. */
  drain(): void {
    this.#draining = true;
  }

  endAll(reason: LeaseEnd): void {
    for (const lease of this.#leases.values()) lease.end(reason);
  }

  /** Resolves once no handler runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Takes note of renewed and lost locks, and of cancel requests that were not heard. */
  async onRenewal({ renewed, lost, sentAt }: Renewal): Promise<void> {
    for (const id of lost) this.#leases.get(id)?.end('lease-lost');
    for (const id of renewed) this.#leases.get(id)?.renewed(sentAt);
    await this.#honourCancels(renewed);
  }

  /** Somebody wants `id` cancelled; `undefined`: perhaps several, look. */
  async onCancel(id: string | undefined): Promise<void> {
    if (id === undefined) await this.#honourCancels([...this.#leases.keys()]);
    else this.#leases.get(id)?.end('cancelled');
  }

  async #honourCancels(ids: readonly string[]): Promise<void> {
    const held = ids.filter((id) => this.#leases.has(id));
    if (held.length === 0) return;
    const texts = await this.#o.link.ledgers.read(held);
    for (const [index, id] of held.entries())
      if (parseLedger(texts[index] ?? '').cancelRequested) this.#leases.get(id)?.end('cancelled');
  }

  async #attempt(job: BullJob, token: string): Promise<JobResult | null> {
    const id = jobId(job);
    if (this.#draining) return giveBack(job, token, 0);
    const old = this.#leases.get(id);
    if (old !== undefined) {
      // Leased again, so the old lease is lost. BullMQ renews locks by job id and would confuse the two.
      old.end('lease-lost');
      return giveBack(job, token, this.#o.options.stalledCheckMs);
    }
    const begun = await this.#begin(job, id);
    if (begun.kind === 'cancelled') return null;
    if (begun.kind === 'dead') throw new UnrecoverableError(begun.reason);
    const lease = this.#openLease(job, id, begun.attempt);
    if (begun.lost) this.#tellLost(lease);
    lease.tell({ type: 'state', state: 'starting', at: new Date().toISOString(), attempt: begun.attempt });
    try {
      return await this.#run(job, token, lease);
    } finally {
      lease.release();
      this.#leases.delete(id);
    }
  }

  async #begin(job: BullJob, id: string): Promise<Begun> {
    const { consume, options, link } = this.#o;
    const facts = { worker: consume.worker, at: new Date().toISOString(), random: options.random() };
    const update = await updateLedger(link.ledgers, id, (ledger) => beginAttempt(ledger, facts), {
      durable: false,
    });
    if (update.kind !== 'updated') throw new WaitingError();
    this.#ledgers.set(job, update.ledger);
    return update.value;
  }

  #openLease(job: BullJob, id: string, attempt: number): ActiveLease {
    const { consume, options, link, locksLapse } = this.#o;
    const lease = new ActiveLease({
      record: toRecord(toQueuedJob(job), formatLedger(this.ledgerOf(job)), true),
      attempt,
      events: link.events,
      onStarted: async () => {
        const step = (ledger: Ledger) => markRunning(ledger, attempt);
        await updateLedger(link.ledgers, id, step, { durable: false, guess: this.ledgerOf(job) });
      },
      onError: consume.onError,
      lockMs: locksLapse ? options.lockMs : undefined,
    });
    this.#leases.set(id, lease);
    return lease;
  }

  #tellLost(lease: ActiveLease): void {
    const { endedAt, cause } = lease.record.attempts.at(-2) ?? {};
    lease.tell({
      type: 'state',
      state: 'queued',
      at: endedAt ?? new Date().toISOString(),
      attempt: lease.attempt,
      reason: `${cause?.code}: ${cause?.message}`,
    });
  }

  async #run(job: BullJob, token: string, lease: ActiveLease): Promise<JobResult | null> {
    let cause: Cause | undefined;
    try {
      const result = await this.#handle(lease);
      cause = whyNoResult(result, lease.ended);
      if (cause === undefined) {
        await lease.flush();
        return result;
      }
    } catch (thrown) {
      cause = whyFailed(thrown, lease.ended);
    }
    return this.#fail(job, token, lease, cause);
  }

  async #handle(lease: ActiveLease): Promise<JobResult> {
    const handled = this.#o.consume.handle(lease);
    const settled = handled.then(noop, noop).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return handled;
  }

  async #fail(
    job: BullJob,
    token: string,
    lease: ActiveLease,
    cause: Cause | undefined,
  ): Promise<JobResult | null> {
    const { options, link } = this.#o;
    const facts = { attempt: lease.attempt, at: new Date().toISOString(), cause, random: options.random() };
    const update = await updateLedger(link.ledgers, jobId(job), (ledger) => endAttempt(ledger, facts), {
      durable: true,
    });
    if (update.kind !== 'updated' || update.value.kind === 'superseded') throw new WaitingError();
    this.#ledgers.set(job, update.ledger);
    const { value } = update;
    if (value.kind === 'retry') this.#tellRetry(lease, value.reason);
    await lease.flush();
    // Without the lock the job cannot be moved: it is found stalled, and the ledger says what to do then.
    if (lease.ended === 'lease-lost') throw new WaitingError();
    if (value.kind === 'cancelled') return null;
    if (value.kind === 'dead') throw new UnrecoverableError(value.reason);
    return giveBack(job, token, value.delayMs);
  }

  #tellRetry(lease: ActiveLease, reason: string): void {
    const { attempt } = lease;
    lease.tell({ type: 'state', state: 'queued', at: new Date().toISOString(), attempt, reason });
  }
}

/** Puts the job back: in front of the queue, or to be leased again after a delay. */
async function giveBack(job: BullJob, token: string, delayMs: number): Promise<never> {
  if (delayMs > 0) {
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }
  await job.moveToWait(token);
  throw new WaitingError();
}

/** A result that does not count: the lease was lost, or the worker's own end looks like a cancelled payload. */
function whyNoResult({ outcome }: JobResult, ended: LeaseEnd | undefined): Cause | undefined {
  if (ended === 'lease-lost') return LEASE_LOST;
  return ended === 'worker-draining' && outcome.kind === 'cancelled' ? DRAINING : undefined;
}

function whyFailed(thrown: unknown, ended: LeaseEnd | undefined): Cause | undefined {
  if (ended === 'lease-lost') return LEASE_LOST;
  if (ended === 'worker-draining') return DRAINING;
  if (ended === 'cancelled' && thrown === 'cancelled') return undefined;
  const { code, message } = toInfrastructureError(thrown);
  return { code, message };
}

const LEASE_LOST: Cause = { code: 'lease-lost', message: 'the worker could not renew its lease in time' };
const DRAINING: Cause = { code: 'worker-draining', message: 'the worker was shut down' };

function isElsewhere(thrown: unknown): boolean {
  return thrown instanceof DelayedError || thrown instanceof WaitingError;
}

const noop = (): void => undefined;

function jobId(job: BullJob): string {
  if (job.id === undefined) throw new TypeError('A leased job has an id');
  return job.id;
}
