import { describe, expect, it } from 'vitest';
import { createReport } from './guest-report.mjs';

const TALLY = '{"passed":1,"failed":2,"skipped":0,"skippedIn":[]}';

/** @param {readonly string[]} lines */
function read(...lines) {
  /** @type {string[]} */
  const shown = [];
  const { take, report } = createReport((line) => shown.push(line));
  for (const line of lines) take(line);
  return { ...report, shown };
}

describe('createReport', () => {
  it('takes the output of the suite and its numbers apart', () => {
    expect(read('one', `@lab tally ${TALLY}`, '@lab ended 1', 'reboot: Power down')).toEqual({
      output: 'one\n',
      shown: ['one'],
      tally: { passed: 1, failed: 2, skipped: 0, skippedIn: [] },
      exitCode: 1,
    });
  });

  it('knows no numbers of a guest that died, and shows what it said', () => {
    expect(read('Kernel panic - not syncing: no init')).toEqual({
      output: 'Kernel panic - not syncing: no init\n',
      shown: ['Kernel panic - not syncing: no init'],
      tally: undefined,
      exitCode: undefined,
    });
  });
});
