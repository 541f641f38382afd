import { constants } from 'node:os';
import { errnoName } from '../../error/errno-name.js';
import type { Explanation, Refusal } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { KILLED } from '../probe-line.js';
import type { Failure } from './failure.js';
import { callOf } from './system-call.js';

const FILTER = 2;
const ANSWERS = ['EPERM', 'ENOSYS'];

/**
 * The seccomp filter that this process was started with. ENOSYS of a call that this kernel may lack says nothing of
 * whose answer it was.
 */
export function filterCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  if (facts.seccomp !== FILTER) return undefined;
  const refusals = refusalsIn(failure);
  if (refusals.length === 0) return undefined;
  if (failure.errno === 'ENOSYS' && !failure.isProven) {
    const call = callOf(failure.step) ?? failure.step;
    return { code: 'seccomp-or-kernel', words: { call, kernel: facts.kernel } };
  }
  return { code: facts.container === undefined ? 'seccomp-service' : 'seccomp-container', refusals };
}

/** What was refused as a filter does it, and what unshare(2) said to the same. */
function refusalsIn({ ability, step, errno, notes }: Failure): readonly Refusal[] {
  if (errno === KILLED) {
    const isFilter = notes['signal'] === constants.signals.SIGSYS;
    return isFilter ? [{ call: `a call of ${ability}`, answer: 'SIGSYS' }] : [];
  }
  const call = callOf(step);
  if (call === undefined || !ANSWERS.includes(errno)) return [];
  const unshare = notes['unshare'] === undefined ? '' : errnoName(notes['unshare']);
  const other = ANSWERS.includes(unshare) ? [{ call: 'unshare', answer: unshare }] : [];
  return [{ call, answer: errno }, ...other];
}
