import type { JobState } from '@sandlot/contract';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { EventReader, EventWriter } from '../event/event-log.js';
import type { LedgerStore } from '../ledger/update-ledger.js';

/**
 * What carries a queue: Redis, or this process. BullMQ works on it through `backendFactory`; what BullMQ has no
 * notion of (ledgers, histories, cancel requests, idempotency keys) goes the other ways given here.
 */
export interface Backing {
  /** For producers and readers: its calls fail soon when the carrier is gone. */
  readonly producer: Link;
  readonly reader: EventReader;
  readonly keys: KeyStore;
  /** What to do about failures, for messages. */
  readonly remedy: string;
  /**
   * Whether a lock lapses by time, so that a lease must end when it cannot be renewed. Within one process the
   * owner of a lock cannot be gone, so there it lasts until it is given back.
   */
  readonly locksLapse: boolean;
  /** For one consumer: its calls wait for a carrier that comes back. */
  openConsumerLink(): Promise<Link>;
  /** Tells every consumer, in whatever process, that a running job is to be cancelled. */
  announceCancel(id: string): Promise<void>;
  /** Listens to `announceCancel`. `undefined`: announcements may have been missed, look at all jobs at hand. */
  onCancel(listener: (id: string | undefined) => void): Promise<() => void>;
  tally(): Promise<Tally>;
  ping(): Promise<void>;
  /** Forgets what is beyond its time. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** One party's way to the carrier. */
export interface Link {
  readonly backendFactory: BackendFactory<IQueueBackend, object>;
  readonly ledgers: LedgerStore;
  readonly events: EventWriter;
  /**
   * Notes, for `tally`, the terminal state of a job. `inQueue`: it was cancelled while BullMQ still holds it as
   * waiting; a worker will take it out later.
   */
  markEnded(
    id: string,
    end: { readonly state: JobState; readonly at: number; readonly inQueue: boolean },
  ): Promise<void>;
  /** Gives a job's lock up where it stands, so that the job is found stalled and leased again. */
  abandon(id: string, token: string): Promise<void>;
  close(): Promise<void>;
}

export interface Tally {
  /** Jobs by the terminal state they are noted with and still kept; `cancelled` without those in the queue. */
  readonly ended: Readonly<Partial<Record<JobState, number>>>;
  /** Jobs that are cancelled though BullMQ counts them as waiting. */
  readonly cancelledInQueue: number;
}

/** A client's key and the job it stands for. */
export interface KeyRecord {
  readonly jobId: string;
  readonly fingerprint: string;
  /** The job was added for sure: if it is missing now, it was there and its time is over. */
  readonly added: boolean;
  /** When the id was reserved, ms since the epoch. */
  readonly reservedAt: number;
}

export function isSameKey(a: KeyRecord | undefined, b: KeyRecord | undefined): boolean {
  return (
    a?.jobId === b?.jobId &&
    a?.fingerprint === b?.fingerprint &&
    a?.added === b?.added &&
    a?.reservedAt === b?.reservedAt
  );
}

/** Idempotency keys. Kept for `KEY_AGE_MS` at least. */
export interface KeyStore {
  read(key: string): Promise<KeyRecord | undefined>;
  /**
   * Puts `record` in place if what is there equals `expected` (`undefined`: nothing). Gives what was there. A
   * reservation is durable once resolved; the note that a job was added need not be, since the job is found.
   */
  swap(key: string, expected: KeyRecord | undefined, record: KeyRecord): Promise<KeyRecord | undefined>;
}

export const KEY_AGE_MS = 24 * 3_600_000;
