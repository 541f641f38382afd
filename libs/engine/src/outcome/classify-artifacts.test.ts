import type { Outcome } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import type { LeftOutFile } from '../sandbox/sandbox.js';
import { classifyArtifacts } from './classify-artifacts.js';

const success: Outcome = { kind: 'exited', exitCode: 0 };
const requests = [
  { path: 'out', optional: false },
  { path: 'log', optional: true },
];
const left = (path: string, reason: LeftOutFile['reason'], requested = 'out'): LeftOutFile => ({
  path,
  requested,
  reason,
});
const classify = (leftOut: readonly LeftOutFile[], outcome: Outcome = success, isCancelled = false) =>
  classifyArtifacts(outcome, requests, leftOut, isCancelled);

describe('classifyArtifacts', () => {
  it.each([
    ['nothing was left out', []],
    ['an optional one is missing', [left('log', 'missing', 'log')]],
    ['a link lies in a directory', [left('out/link', 'symbolic-link')]],
    ['a FIFO lies in a directory', [left('out/fifo', 'special-file')]],
  ])('lets a job succeed if %s', (_what, leftOut) => expect(classify(leftOut)).toEqual(success));

  it.each([
    left('out', 'missing'),
    left('out', 'symbolic-link'),
    left('out', 'special-file'),
    left('out', 'too-many'),
    left('out', 'not-collected'),
    left('out/a', 'too-large'),
    left('out/a', 'total-exceeded'),
    left('out/a', 'too-deep'),
    left('out/a', 'name-not-utf8'),
    left('out/a', 'unreadable'),
  ])('fails a job that lacks what it required: $path $reason', (file) =>
    expect(classify([left('out/link', 'symbolic-link'), file])).toEqual({
      kind: 'artifact-missing',
      path: file.path,
    }),
  );

  it('leaves any other end as it was', () => {
    const outcome: Outcome = { kind: 'exited', exitCode: 1 };
    expect(classify([left('out', 'missing')], outcome)).toBe(outcome);
  });

  it('takes a cancelled collection for a cancelled job, a finished one for the end it had', () => {
    const failure: Outcome = { kind: 'exited', exitCode: 1 };
    for (const outcome of [success, failure])
      expect(classify([left('out', 'not-collected')], outcome, true)).toEqual({ kind: 'cancelled' });
    expect(classify([left('out', 'missing')], failure, true)).toEqual(failure);
    expect(classify([], success, true)).toEqual(success);
    expect(classify([left('out', 'missing')], success, true)).toEqual({
      kind: 'artifact-missing',
      path: 'out',
    });
  });
});
