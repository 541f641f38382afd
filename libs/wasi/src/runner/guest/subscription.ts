import { ERRNO, fail } from '../errno.js';
import type { Abi } from './abi.js';
import type { GuestMemory } from './guest-memory.js';

export const EVENT_TYPE = { clock: 0, read: 1, write: 2 } as const;

/** What a guest waits for. */
export type Subscription =
  | {
      readonly type: typeof EVENT_TYPE.clock;
      readonly userdata: bigint;
      readonly clock: number;
      /** In nanoseconds: from now, or on the clock if it is absolute. */
      readonly timeout: bigint;
      readonly isAbsolute: boolean;
    }
  | {
      readonly type: typeof EVENT_TYPE.read | typeof EVENT_TYPE.write;
      readonly userdata: bigint;
      readonly fd: number;
    }
  /** Of a type that does not exist. */
  | { readonly type: undefined; readonly userdata: bigint };

/** What happened, for one subscription. */
export interface GuestEvent {
  readonly userdata: bigint;
  readonly errno: number;
  readonly type: number;
  readonly bytes: bigint;
  readonly flags: number;
}

export const EVENT_BYTES = 32;

/** Beyond it nothing is waited for, as poll(2) has a bound: every one costs the runner memory of its own. */
const MAX_SUBSCRIPTIONS = 4096;

/** In `wasi_unstable` a clock has a name of its own before its number, which makes all that follows lie later. */
const LAYOUTS = {
  preview1: { bytes: 48, clock: 16, timeout: 24, clockFlags: 40 },
  unstable: { bytes: 56, clock: 24, timeout: 32, clockFlags: 48 },
} as const;

export function readSubscriptions(
  memory: GuestMemory,
  abi: Abi,
  address: number,
  count: number,
): readonly Subscription[] {
  if (count > MAX_SUBSCRIPTIONS) fail(ERRNO.inval);
  const { bytes } = LAYOUTS[abi];
  memory.require(address, count * bytes);
  return Array.from({ length: count }, (_, index) => readSubscription(memory, abi, address + index * bytes));
}

function readSubscription(memory: GuestMemory, abi: Abi, at: number): Subscription {
  const layout = LAYOUTS[abi];
  const userdata = memory.getU64(at);
  const type = memory.getU8(at + 8);
  switch (type) {
    case EVENT_TYPE.clock:
      return {
        type,
        userdata,
        clock: memory.getU32(at + layout.clock),
        timeout: memory.getU64(at + layout.timeout),
        isAbsolute: (memory.getU16(at + layout.clockFlags) & 1) !== 0,
      };
    case EVENT_TYPE.read:
    case EVENT_TYPE.write:
      return { type, userdata, fd: memory.getU32(at + 16) };
    default:
      return { type: undefined, userdata };
  }
}

export function writeEvents(memory: GuestMemory, address: number, events: readonly GuestEvent[]): void {
  for (const [index, event] of events.entries()) {
    const at = address + index * EVENT_BYTES;
    memory.slice(at, EVENT_BYTES).fill(0);
    memory.setU64(at, event.userdata);
    memory.setU16(at + 8, event.errno);
    memory.setU8(at + 10, event.type);
    memory.setU64(at + 16, event.bytes);
    memory.setU16(at + 24, event.flags);
  }
}
