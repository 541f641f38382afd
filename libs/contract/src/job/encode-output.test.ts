import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeOutput } from './encode-output.js';
import { outputSchema } from './job-document.js';

const bytesOf = (...bytes: readonly number[]) => Uint8Array.from(bytes);

describe('encodeOutput', () => {
  it.each(['', 'hello\n', 'ü€\u{1f600}', 'a\0b', '\ufeffmarked'])('keeps %j as text', (text) => {
    const bytes = Buffer.from(text);
    const output = encodeOutput(bytes, false);
    expect(output).toEqual({ encoding: 'utf8', text, bytes: bytes.length, truncated: false });
    expect(outputSchema.parse(output)).toEqual(output);
  });

  it.each([
    ['a lone continuation', bytesOf(0x80)],
    ['an overlong form', bytesOf(0xc0, 0x80)],
    ['a surrogate', bytesOf(0xed, 0xa0, 0x80)],
    ['a byte that never occurs', bytesOf(0x61, 0xff)],
    ['half a character', Buffer.from('€').subarray(0, 2)],
  ])('turns to base64 for %s', (_, bytes) => {
    const output = encodeOutput(bytes, false);
    expect(output).toEqual({
      encoding: 'base64',
      base64: Buffer.from(bytes).toString('base64'),
      bytes: bytes.length,
      truncated: false,
    });
    expect(outputSchema.parse(output)).toEqual(output);
  });

  it.each(['ü', '€', '\u{1f600}'])('stays text when the cut at the limit went through %s', (character) => {
    const whole = Buffer.from(`ab${character}`);
    for (let kept = 2; kept < whole.length; kept += 1) {
      const output = encodeOutput(whole.subarray(0, kept), true);
      expect(output).toEqual({ encoding: 'utf8', text: 'ab', bytes: 2, truncated: true });
    }
  });

  it('keeps all of truncated output that is no text', () => {
    expect(encodeOutput(bytesOf(0xff, 0xe2), true)).toMatchObject({ encoding: 'base64', bytes: 2 });
  });
});

describe('decodeUtf8', () => {
  it('says nothing of bytes that are not UTF-8', () => {
    expect(decodeUtf8(bytesOf(0xff))).toBeUndefined();
  });
});
