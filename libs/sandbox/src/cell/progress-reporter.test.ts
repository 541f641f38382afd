import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressReporter } from './progress-reporter.js';

describe('ProgressReporter', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  it('tells of the first output at once, and of a flood now and then', () => {
    const tell = vi.fn<() => void>();
    const reporter = new ProgressReporter(1600, tell);
    for (let ms = 0; ms < 1000; ms += 1) {
      reporter.note();
      vi.advanceTimersByTime(1);
    }
    expect(tell).toHaveBeenCalledTimes(10);
  });

  it('tells nothing without a limit', async () => {
    const tell = vi.fn<() => void>();
    const reporter = new ProgressReporter(undefined, tell);
    reporter.note();
    await reporter.noteWhile(Promise.resolve());
    expect(tell).not.toHaveBeenCalled();
  });

  it('keeps telling while output waits for its reader, and stops then', async () => {
    const tell = vi.fn<() => void>();
    const reporter = new ProgressReporter(1600, tell);
    let release = () => {};
    const held = reporter.noteWhile(new Promise((resolve) => (release = resolve)));
    vi.advanceTimersByTime(5000);
    expect(tell.mock.calls.length).toBeGreaterThan(40);
    release();
    await held;
    const told = tell.mock.calls.length;
    vi.advanceTimersByTime(5000);
    expect(tell).toHaveBeenCalledTimes(told);
  });
});
