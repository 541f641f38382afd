import { describe, expect, it } from 'vitest';
import { Bell } from './bell.js';

const never = new AbortController().signal;

describe('Bell', () => {
  it('remembers one ring that came before anybody waited', async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    expect(await bell.wait(60_000, never)).toBe(true);
    expect(await bell.wait(1, never)).toBe(false);
  });

  it('wakes whoever waits', async () => {
    const bell = new Bell();
    const waiting = bell.wait(60_000, never);
    bell.ring();
    expect(await waiting).toBe(true);
  });

  it('lets go on abort', async () => {
    const leaving = new AbortController();
    const waiting = new Bell().wait(60_000, leaving.signal);
    leaving.abort();
    expect(await waiting).toBe(false);
    expect(await new Bell().wait(60_000, leaving.signal)).toBe(false);
  });
});
