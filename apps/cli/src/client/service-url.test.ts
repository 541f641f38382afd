import { describe, expect, it } from 'vitest';
import { serviceUrl } from './service-url.js';

describe('serviceUrl', () => {
  it.each([
    [undefined, undefined, 'http://127.0.0.1:7420'],
    [undefined, '', 'http://127.0.0.1:7420'],
    [undefined, 'http://a:1', 'http://a:1'],
    ['https://b', 'http://a:1', 'https://b'],
    ['unix:/run/s.sock', undefined, 'unix:/run/s.sock'],
  ])('--url %s, SANDLOT_URL %s: %s', (option, variable, expected) => {
    expect(serviceUrl(option, variable)).toBe(expected);
  });

  it.each([
    ['127.0.0.1:7420', undefined, '--url="127.0.0.1:7420" is not the address of a service'],
    [undefined, 'ftp://x', 'SANDLOT_URL="ftp://x" is not the address of a service'],
  ])('refuses %s / %s, naming where it came from', (option, variable, message) => {
    expect(() => serviceUrl(option, variable)).toThrow(message);
  });
});
