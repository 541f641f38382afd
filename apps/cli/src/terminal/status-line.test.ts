import { describe, expect, it } from 'vitest';
import { StatusLine } from './status-line.js';

function record(terminal: { readonly isTTY?: boolean; readonly columns?: number }) {
  const written: string[] = [];
  return { written, line: new StatusLine({ ...terminal, write: (text) => void written.push(text) }) };
}

describe('StatusLine', () => {
  it('overwrites one line on a terminal, and takes it away', () => {
    const { written, line } = record({ isTTY: true, columns: 80 });
    line.update('queued', ' 1 s');
    line.update('queued', ' 1 s');
    line.update('running', ' 2 s');
    line.clear();
    line.clear();
    expect(written).toEqual(['\r\u001B[Kqueued 1 s', '\r\u001B[Krunning 2 s', '\r\u001B[K']);
  });

  it('never fills the last column', () => {
    const { written, line } = record({ isTTY: true, columns: 5 });
    line.update('queued');
    expect(written).toEqual(['\r\u001B[Kqueu']);
  });

  it.each([{ isTTY: true, columns: 0 }, { isTTY: true }])('takes 80 columns for granted: %j', (terminal) => {
    const { written, line } = record(terminal);
    line.update('x'.repeat(100));
    expect(written).toEqual([`\r\u001B[K${'x'.repeat(79)}`]);
  });

  it('writes a plain line for each change elsewhere, without details or control characters', () => {
    const { written, line } = record({});
    line.update('queued', ' 1 s');
    line.update('queued', ' 2 s');
    line.update('running');
    line.clear();
    expect(written).toEqual(['queued\n', 'running\n']);
  });
});
