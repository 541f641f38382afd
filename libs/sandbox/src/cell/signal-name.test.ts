import { describe, expect, it } from 'vitest';
import { signalName } from './signal-name.js';

describe('signalName', () => {
  it.each([
    [6, 'SIGABRT'],
    [9, 'SIGKILL'],
    [29, 'SIGIO'],
    [31, 'SIGSYS'],
    [33, 'SIG33'],
    [34, 'SIGRTMIN+0'],
    [64, 'SIGRTMIN+30'],
  ])('names %i %s', (number, name) => expect(signalName(number)).toBe(name));
});
