import type { OutputEvent } from '@sandlot/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutputPublisher } from './output-publisher.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makePublisher() {
  const events: OutputEvent[] = [];
  const publisher = new OutputPublisher(2, (event) => void events.push(event));
  return {
    publisher,
    events,
    told: () => events.map((event) => (event.encoding === 'utf8' ? event.text : event.base64)),
  };
}

describe('OutputPublisher', () => {
  it('tells the first output at once, with attempt, step and place', () => {
    const { publisher, events } = makePublisher();
    publisher.add('run', 'stdout', Buffer.from('hello'));
    expect(events).toEqual([
      {
        type: 'output',
        attempt: 2,
        step: 'run',
        stream: 'stdout',
        offset: 0,
        encoding: 'utf8',
        text: 'hello',
      },
    ]);
  });

  it('tells together what comes close together', () => {
    const { publisher, told } = makePublisher();
    for (const text of ['a', 'b', 'c']) publisher.add('run', 'stdout', Buffer.from(text));
    expect(told()).toEqual(['a']);
    vi.advanceTimersByTime(10);
    expect(told()).toEqual(['a', 'bc']);
    publisher.add('run', 'stdout', Buffer.from('d'));
    expect(told()).toEqual(['a', 'bc']);
    vi.advanceTimersByTime(10);
    expect(told()).toEqual(['a', 'bc', 'd']);
  });

  it('tells output after a pause at once again', () => {
    const { publisher, told } = makePublisher();
    publisher.add('run', 'stdout', Buffer.from('a'));
    vi.advanceTimersByTime(20);
    publisher.add('run', 'stderr', Buffer.from('b'));
    expect(told()).toEqual(['a', 'b']);
  });

  it('does not gather more than 32 KiB', () => {
    const { publisher, events } = makePublisher();
    publisher.add('run', 'stdout', Buffer.from('a'));
    for (let count = 0; count < 4; count += 1) publisher.add('run', 'stdout', Buffer.alloc(16_384, 'x'));
    expect(events.map(({ offset }) => offset)).toEqual([0, 1, 32_769]);
  });

  it('tells all that is left when told to, and keeps no timer', () => {
    const { publisher, told } = makePublisher();
    publisher.add('run', 'stdout', Buffer.from('a'));
    publisher.add('run', 'stdout', Buffer.from([0x62, 0xc3]));
    publisher.flush();
    expect(told()).toEqual(['a', 'b', 'ww==']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never tells output of one step as that of the next', () => {
    const { publisher, events } = makePublisher();
    publisher.add('compile', 'stdout', Buffer.from('a'));
    publisher.add('compile', 'stdout', Buffer.from('b'));
    publisher.add('run', 'stdout', Buffer.from('c'));
    expect(events).toMatchObject([
      { step: 'compile', offset: 0, text: 'a' },
      { step: 'compile', offset: 1, text: 'b' },
      { step: 'run', offset: 2, text: 'c' },
    ]);
  });
});
