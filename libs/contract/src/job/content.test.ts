import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkContent, contentBytes, contentShape } from './content.js';

const contentSchema = z.object(contentShape).superRefine(checkContent);
const isBase64 = (content: string) => contentSchema.safeParse({ content, encoding: 'base64' }).success;

describe('content', () => {
  it('is text unless it says otherwise', () => {
    expect(contentSchema.parse({ content: 'Zm9v' })).toEqual({ content: 'Zm9v', encoding: 'utf8' });
  });

  it.each(['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', '++//'])('takes %j for base64', (text) => {
    expect(isBase64(text)).toBe(true);
  });

  it.each([
    'Z',
    'Zg',
    'Zg=',
    'Zm9',
    'Zm9v=',
    'Zm9v====',
    '====',
    '=',
    'Zg==Zg==',
    'Zm9\n',
    'Zm 9',
    'Zm9v\n',
    '-_-_',
    'Zm9!',
  ])('does not take %j for base64', (text) => {
    expect(isBase64(text)).toBe(false);
  });

  it('checks many mebibytes of base64', () => {
    const large = 'QUJD'.repeat(4 << 20);
    expect(isBase64(large)).toBe(true);
    expect(isBase64(`${large.slice(4)}QU*D`)).toBe(false);
  });

  it('refuses text that UTF-8 cannot carry, since it would arrive changed', () => {
    const { error } = contentSchema.safeParse({ content: 'a\udc00b' });
    expect(error?.issues[0]).toMatchObject({
      path: ['content'],
      message: expect.stringContaining('half a surrogate pair'),
    });
    expect(contentSchema.safeParse({ content: '\u{1f600}' }).success).toBe(true);
  });

  it.each(['', 'f', 'fo', 'foo', 'foob', 'fööb€r\u{1f600}'])(
    'counts the bytes of %j in both encodings',
    (text) => {
      const bytes = Buffer.from(text);
      expect(contentBytes({ content: text, encoding: 'utf8' })).toBe(bytes.length);
      expect(contentBytes({ content: bytes.toString('base64'), encoding: 'base64' })).toBe(bytes.length);
    },
  );
});
