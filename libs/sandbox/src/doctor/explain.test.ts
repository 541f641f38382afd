import { expect, it } from 'vitest';
import { explain, joinTexts } from './explain.js';

it('tells a remedy of several causes once', () => {
  const texts = ['cpu', 'io'].map((controller) =>
    explain({ code: 'controller-not-enabled', words: { controller, path: '/a' } }),
  );
  const text = joinTexts(texts);
  expect(text).toMatch(
    /^The controller cpu is not enabled above \/a\. The controller io is not .* As root: /,
  );
  expect(text.match(/Delegate=/g)).toHaveLength(1);
});
