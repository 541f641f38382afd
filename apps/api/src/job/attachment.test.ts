import { describe, expect, it } from 'vitest';
import { attachment } from './attachment.js';

describe('attachment', () => {
  it.each([
    ['out.txt', 'out.txt', 'out.txt'],
    ['a/b/out.txt', 'out.txt', 'out.txt'],
    ['a b', 'a b', 'a%20b'],
    ['ü', '_', '%C3%BC'],
    ['a"; filename="b', 'a__ filename__b', 'a%22%3B%20filename%3D%22b'],
    ['a\r\nSet-Cookie: x', 'a__Set-Cookie_ x', 'a%0D%0ASet-Cookie%3A%20x'],
    ["it's(1)*!", 'it_s_1___', 'it%27s%281%29%2A%21'],
    ['a\\b', 'a_b', 'a%5Cb'],
  ])('names %j for old clients and new ones', (path, plain, exact) => {
    expect(attachment(path)).toBe(`attachment; filename="${plain}"; filename*=UTF-8''${exact}`);
  });
});
