import { ERRNO, fail, WasiError, type Errno } from '../errno.js';
import { FILE_TYPE } from '../descriptor/file-type.js';
import { RIGHT } from '../descriptor/rights.js';
import {
  EVENT_BYTES,
  EVENT_TYPE,
  readSubscriptions,
  writeEvents,
  type GuestEvent,
  type Subscription,
} from '../guest/subscription.js';
import { readHostFilestat } from '../host/read-host-filestat.js';
import { sleepUntil } from './sleep.js';
import { pollHost, type HostReadiness, type HostWait } from './wait-for-host.js';
import type { CallContext, Calls } from './call-context.js';

/** Clocks one can wait for: real time and monotonic. */
const WAITABLE_CLOCKS = 2;
const CLOCKS = 4;

/** The flag of an event that says that nobody is at the other end any more. */
const HANGUP = 1;

/** Where a subscription stands: it has its event, waits for a pipe, or waits for a time of `process.hrtime`. */
type Pending =
  | { readonly event: GuestEvent }
  | { readonly wait: HostWait; readonly subscription: Subscription }
  | { readonly deadline: bigint; readonly subscription: Subscription };

/** Waiting for times and pipes. */
export function pollCalls(context: CallContext): Calls {
  const { abi, memory } = context;
  return {
    poll_oneoff(subscriptions: number, events: number, count: number, result: number) {
      if (count === 0) fail(ERRNO.inval);
      const wanted = readSubscriptions(memory, abi, subscriptions, count);
      memory.require(events, count * EVENT_BYTES);
      memory.require(result, 4);
      const happened = poll(context, wanted);
      writeEvents(memory, events, happened);
      memory.setU32(result, happened.length);
    },
  };
}

function poll(context: CallContext, subscriptions: readonly Subscription[]): readonly GuestEvent[] {
  const pending = subscriptions.map((subscription) => toPending(context, subscription));
  const deadlines = pending.flatMap((each) => ('deadline' in each ? [each.deadline] : []));
  const waits = distinct(pending.flatMap((each) => ('wait' in each ? [each.wait] : [])));
  const isDecided = pending.some((each) => 'event' in each);
  const until = isDecided ? 0n : deadlines.reduce<bigint | undefined>(earlier, undefined);
  const readiness = waitFor(context, waits, until);
  const now = process.hrtime.bigint();
  return pending.flatMap((each) => {
    if ('event' in each) return [each.event];
    if ('deadline' in each) return each.deadline <= now ? [toEvent(each.subscription)] : [];
    const ready = readiness.get(waits.findIndex((wait) => isSame(wait, each.wait)));
    return ready === undefined ? [] : [toEvent(each.subscription, withBytes(ready))];
  });
}

/** A guest may ask for one pipe as often as it likes; it has three of them. */
function distinct(waits: readonly HostWait[]): readonly HostWait[] {
  return waits.filter((wait, index) => waits.findIndex((other) => isSame(wait, other)) === index);
}

function isSame(first: HostWait, second: HostWait): boolean {
  return first.fd === second.fd && first.direction === second.direction;
}

function earlier(first: bigint | undefined, second: bigint): bigint {
  return first === undefined || second < first ? second : first;
}

function waitFor(
  { host }: CallContext,
  waits: readonly HostWait[],
  until: bigint | undefined,
): ReadonlyMap<number, HostReadiness> {
  if (waits.length === 0) {
    if (until !== undefined) sleepUntil(until);
    return new Map();
  }
  for (;;) {
    const left = until === undefined ? undefined : until - process.hrtime.bigint();
    const isOver = left !== undefined && left <= 0n;
    const ready = pollHost(host, waits, isOver ? 0n : left);
    if (ready.size > 0 || isOver) return ready;
  }
}

function toPending(context: CallContext, subscription: Subscription): Pending {
  switch (subscription.type) {
    case EVENT_TYPE.clock:
      return toDeadline(context, subscription);
    case EVENT_TYPE.read:
    case EVENT_TYPE.write:
      return toWait(context, subscription);
    case undefined:
      return fail(ERRNO.inval);
  }
}

function toDeadline(
  { host }: CallContext,
  subscription: Subscription & { type: typeof EVENT_TYPE.clock },
): Pending {
  const { clock, timeout, isAbsolute } = subscription;
  if (clock >= WAITABLE_CLOCKS) {
    return { event: toFailure(subscription, clock < CLOCKS ? ERRNO.notsup : ERRNO.inval) };
  }
  const left = isAbsolute ? timeout - host.callForU64('clock_time_get', clock, 0n) : timeout;
  return { deadline: process.hrtime.bigint() + left, subscription };
}

function toWait(
  { host, descriptors }: CallContext,
  subscription: Subscription & { type: typeof EVENT_TYPE.read | typeof EVENT_TYPE.write },
): Pending {
  const reads = subscription.type === EVENT_TYPE.read;
  try {
    const { hostFd, type } = descriptors.get(
      subscription.fd,
      RIGHT.pollFdReadwrite | (reads ? RIGHT.fdRead : RIGHT.fdWrite),
    );
    if (type !== FILE_TYPE.regularFile) {
      return { wait: { fd: hostFd, direction: reads ? 'read' : 'write' }, subscription };
    }
    // A file is ready at any time, at its end too.
    const left = readHostFilestat(host, hostFd).size - host.callForU64('fd_tell', hostFd);
    const bytes = reads && left > 0n ? left : 0n;
    return { event: toEvent(subscription, { errno: ERRNO.success, bytes, flags: 0 }) };
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    return { event: toFailure(subscription, error.errno) };
  }
}

/** How much a pipe holds is not known; that it is not nothing is, unless this is its end. */
function withBytes(ready: HostReadiness): HostReadiness {
  const isEnd = (ready.flags & HANGUP) !== 0 || ready.errno !== ERRNO.success;
  return isEnd || ready.bytes > 0n ? ready : { ...ready, bytes: 1n };
}

function toFailure(subscription: Subscription, errno: Errno): GuestEvent {
  return toEvent(subscription, { errno, bytes: 0n, flags: 0 });
}

function toEvent({ userdata, type = 0 }: Subscription, ready?: HostReadiness): GuestEvent {
  return { userdata, type, errno: ready?.errno ?? 0, bytes: ready?.bytes ?? 0n, flags: ready?.flags ?? 0 };
}
