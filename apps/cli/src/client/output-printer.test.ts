import type { Output, OutputEvent, OutputStream } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { OutputPrinter } from './output-printer.js';

function makePrinter() {
  const printed = { stdout: '', stderr: '' };
  const printer = new OutputPrinter(async (stream, bytes) => {
    printed[stream] += Buffer.from(bytes).toString();
  });
  return { printed, printer };
}

const piece = (offset: number, text: string, attempt = 1, stream: OutputStream = 'stdout'): OutputEvent => ({
  type: 'output',
  attempt,
  step: 'run',
  stream,
  offset,
  encoding: 'utf8',
  text,
});
const output = (text: string): Output => ({ encoding: 'utf8', text, bytes: text.length, truncated: false });
const attempt = (number: number) => ({ number, worker: 'w', startedAt: '' });

describe('OutputPrinter', () => {
  it('prints pieces to their streams, text and base64', async () => {
    const { printed, printer } = makePrinter();
    await printer.printPiece(piece(0, 'out'));
    await printer.printPiece({ ...piece(0, '', 1, 'stderr'), encoding: 'base64', base64: 'ZXJy' });
    expect(printed).toEqual({ stdout: 'out', stderr: 'err' });
  });

  it('prints no byte twice when the history is told again', async () => {
    const { printed, printer } = makePrinter();
    await printer.printPiece(piece(0, 'abc'));
    await printer.printPiece(piece(0, 'abc'));
    await printer.printPiece(piece(2, 'cde'));
    expect(printed.stdout).toBe('abcde');
  });

  it('prints from the finished job what no piece has told', async () => {
    const { printed, printer } = makePrinter();
    await printer.printPiece(piece(0, 'abc'));
    const document = { output: { stdout: output('abcdef'), stderr: output('e') }, attempts: [attempt(1)] };
    await printer.printRest(document);
    await printer.printRest(document);
    expect(printed).toEqual({ stdout: 'abcdef', stderr: 'e' });
  });

  it('begins anew with a new attempt, and says so', async () => {
    const { printed, printer } = makePrinter();
    await printer.printPiece(piece(0, 'abc'));
    await printer.printPiece(piece(0, 'ab', 2));
    await printer.printRest({
      output: { stdout: output('abc'), stderr: output('') },
      attempts: [attempt(2)],
    });
    expect(printed.stdout).toBe('abcabc');
    expect(printed.stderr).toBe('sandlot: attempt 2 begins; its output starts anew\n');
  });

  it('does not mention attempts that wrote nothing', async () => {
    const { printed, printer } = makePrinter();
    await printer.printPiece(piece(0, 'abc', 3));
    expect(printed).toEqual({ stdout: 'abc', stderr: '' });
  });

  it('prints nothing for a job that never ran', async () => {
    const { printed, printer } = makePrinter();
    await printer.printRest({ attempts: [] });
    expect(printed).toEqual({ stdout: '', stderr: '' });
  });
});
