import { ERRNO, fail } from '../errno.js';
import type { CallContext, Calls } from './call-context.js';

/** Real time, monotonic, CPU time of the process and of the thread, which is one here. */
const CLOCKS = 4;

/** Clocks, and giving the processor away. */
export function clockCalls({ memory, host }: CallContext): Calls {
  return {
    clock_res_get(id: number, result: number) {
      if (id >= CLOCKS) fail(ERRNO.inval);
      memory.setU64(result, host.callForU64('clock_res_get', id));
    },
    clock_time_get(id: number, precision: bigint, result: number) {
      if (id >= CLOCKS) fail(ERRNO.inval);
      memory.setU64(result, host.callForU64('clock_time_get', id, precision));
    },
    sched_yield() {
      host.call('sched_yield');
    },
  };
}
