import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onStopSignal } from './on-stop-signal.js';

describe('onStopSignal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function listen() {
    const source = new EventEmitter();
    const told: string[] = [];
    onStopSignal(
      { first: (signal) => told.push(`first ${signal}`), again: (signal) => told.push(`again ${signal}`) },
      source,
    );
    return { told, send: (signal: string) => source.emit(signal, signal) };
  }

  it('tells the first signal, and not its echoes', () => {
    const { told, send } = listen();
    send('SIGINT');
    vi.advanceTimersByTime(2);
    send('SIGINT');
    send('SIGTERM');
    vi.advanceTimersByTime(250);
    send('SIGINT');
    expect(told).toEqual(['first SIGINT']);
  });

  it('tells a signal that comes later, whichever it is', () => {
    const { told, send } = listen();
    send('SIGTERM');
    vi.advanceTimersByTime(301);
    send('SIGINT');
    expect(told).toEqual(['first SIGTERM', 'again SIGINT']);
  });
});
