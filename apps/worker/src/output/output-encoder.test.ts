import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputEncoder, type EncodedPiece } from './output-encoder.js';

function encodeAll(chunks: readonly (string | readonly number[])[]): EncodedPiece[] {
  const encoder = new OutputEncoder();
  const pieces = chunks.map((chunk) =>
    encoder.push(typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk)),
  );
  return [...pieces, encoder.flush()].filter((piece) => piece !== undefined);
}

const text = (offset: number, value: string): EncodedPiece => ({ offset, encoding: 'utf8', text: value });
const base64 = (offset: number, bytes: readonly number[]): EncodedPiece => ({
  offset,
  encoding: 'base64',
  base64: Buffer.from(bytes).toString('base64'),
});

describe('OutputEncoder', () => {
  it.each<[string, (string | number[])[], EncodedPiece[]]>([
    ['passes text on as it comes', ['one\n', 'two'], [text(0, 'one\n'), text(4, 'two')]],
    ['says nothing of nothing', ['', []], []],
    ['counts offsets in bytes, not characters', ['é', 'x'], [text(0, 'é'), text(2, 'x')]],
    ['joins a 2-byte character cut in two', [[0x61, 0xc3], [0xa9]], [text(0, 'a'), text(1, 'é')]],
    ['joins a 3-byte character cut in three', [[0xe2], [0x82], [0xac]], [text(0, '€')]],
    [
      'joins a 4-byte character cut after its third byte',
      [
        [0xf0, 0x9f, 0x98],
        [0x80, 0x21],
      ],
      [text(0, '😀!')],
    ],
    ['keeps a byte order mark', [[0xef, 0xbb, 0xbf, 0x61]], [text(0, '\uFEFFa')]],
    ['gives bytes that are not UTF-8 as base64', [[0xff, 0xfe]], [base64(0, [0xff, 0xfe])]],
    ['returns to text after a binary chunk', [[0xff], 'ok'], [base64(0, [0xff]), text(1, 'ok')]],
    [
      'tells a character that never ends as base64',
      ['a', [0xe2, 0x82]],
      [text(0, 'a'), base64(1, [0xe2, 0x82])],
    ],
    ['holds no byte that can begin no character', [[0x61, 0xc0]], [base64(0, [0x61, 0xc0])]],
    ['holds no surrogate half', [[0xed, 0xa0]], [base64(0, [0xed, 0xa0])]],
    ['holds no overlong form', [[0xe0, 0x80]], [base64(0, [0xe0, 0x80])]],
    ['holds nothing above U+10FFFF', [[0xf4, 0x90]], [base64(0, [0xf4, 0x90])]],
    ['holds no lone continuation bytes', [[0x80, 0x80, 0x80, 0x80]], [base64(0, [0x80, 0x80, 0x80, 0x80])]],
  ])('%s', (_behaviour, chunks, expected) => {
    expect(encodeAll(chunks)).toEqual(expected);
  });

  it('keeps what it holds back when the caller reuses the chunk', () => {
    const encoder = new OutputEncoder();
    const chunk = Uint8Array.from([0xc3]);
    expect(encoder.push(chunk)).toBeUndefined();
    chunk[0] = 0;
    expect(encoder.push(Uint8Array.from([0xa9]))).toEqual(text(0, 'é'));
  });

  it('gives back the same bytes however they are cut, and text if they are text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(8)), (value, cuts) => {
        const bytes = [...Buffer.from(value)];
        const chunks = cuts.map((size) => bytes.splice(0, size));
        const pieces = encodeAll([...chunks, bytes]);
        expect(pieces.map((piece) => (piece.encoding === 'utf8' ? piece.text : '?')).join('')).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6 })), (chunks) => {
        const whole = encodeAll(chunks.map((chunk) => [...chunk])).map((piece) =>
          piece.encoding === 'utf8' ? Buffer.from(piece.text) : Buffer.from(piece.base64, 'base64'),
        );
        expect(Buffer.concat(whole)).toEqual(Buffer.concat(chunks));
      }),
    );
  });
});
