import { BLANK, formatLedger, parseLedger, type Ledger } from './ledger.js';
import type { Step } from './transitions.js';

export type SwapResult =
  | { readonly kind: 'swapped' }
  /** Somebody else was faster; this is the text now. */
  | { readonly kind: 'changed'; readonly text: string }
  /** The job has ended in BullMQ: its ledger is closed. */
  | { readonly kind: 'finished'; readonly text: string }
  | { readonly kind: 'missing' };

/** Keeps the text of one ledger per job. An untouched job has the empty text. */
export interface LedgerStore {
  /** In the order of `ids`; undefined for a job that does not exist. */
  read(ids: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Atomic. With `durable`, resolves once the change survives `kill -9` of this process. */
  swap(
    id: string,
    change: { readonly expected: string; readonly next: string; readonly durable: boolean },
  ): Promise<SwapResult>;
}

export type Update<T> =
  | { readonly kind: 'updated'; readonly ledger: Ledger; readonly value: T }
  | { readonly kind: 'finished'; readonly ledger: Ledger }
  | { readonly kind: 'missing' };

/**
 * Applies a pure step to a job's ledger, again and again until nobody came in between. `guess` is where the
 * ledger is thought to stand, by default untouched: a good guess saves a read.
 */
export async function updateLedger<T>(
  store: LedgerStore,
  id: string,
  step: (ledger: Ledger) => Step<T>,
  { durable, guess = BLANK }: { readonly durable: boolean; readonly guess?: Ledger },
): Promise<Update<T>> {
  let expected = formatLedger(guess);
  for (;;) {
    const { ledger, value } = step(parseLedger(expected));
    const result = await store.swap(id, { expected, next: formatLedger(ledger), durable });
    if (result.kind === 'swapped') return { kind: 'updated', ledger, value };
    if (result.kind === 'finished') return { kind: 'finished', ledger: parseLedger(result.text) };
    if (result.kind === 'missing') return result;
    expected = result.text;
  }
}
