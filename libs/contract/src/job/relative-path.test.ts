import { describe, expect, it } from 'vitest';
import { pathDefect, relativePathSchema } from './relative-path.js';

const SEGMENT = 'a'.repeat(255);

describe('pathDefect', () => {
  it.each([
    'main.py',
    'src/deep/er/main.py',
    '.hidden',
    '..hidden',
    '...',
    'with space',
    'newline\n',
    'back\\slash',
    'ünïcödé/ファイル',
    SEGMENT,
    `${`${SEGMENT}/`.repeat(15)}${'a'.repeat(255)}`,
  ])('finds nothing wrong with %j', (path) => {
    expect(pathDefect(path)).toBeUndefined();
  });

  it.each([
    ['', 'is empty'],
    ['a\0b', 'NUL'],
    ['/etc/passwd', 'is absolute'],
    ['/', 'is absolute'],
    ['..', '".." segment'],
    ['../x', '".." segment'],
    ['a/../../x', '".." segment'],
    ['a/..', '".." segment'],
    ['.', 'empty or "." segment'],
    ['./a', 'empty or "." segment'],
    ['a/./b', 'empty or "." segment'],
    ['a//b', 'empty or "." segment'],
    ['a/', 'empty or "." segment'],
    ['\ud800', 'half a surrogate pair'],
    [`${SEGMENT}a`, 'longer than 255 bytes'],
    ['é'.repeat(128), 'longer than 255 bytes'],
    ['a/'.repeat(2048), 'longer than 4095 bytes'],
  ])('finds a defect in %j: %s', (path, defect) => {
    expect(pathDefect(path)).toContain(defect);
    // What is wrong, then what to do.
    expect(pathDefect(path)).toMatch(/; (?:give|leave|files stay)/);
  });
});

describe('relativePathSchema', () => {
  it('quotes the path, cut short and without control characters', () => {
    const { error } = relativePathSchema.safeParse(`/\u001b[2J${'x'.repeat(5000)}`);
    expect(error?.issues[0]?.message).toMatch(/^Path "\/\\u001b\[2Jx+"… is absolute/);
    expect(error?.issues[0]?.message.length).toBeLessThan(200);
  });
});
