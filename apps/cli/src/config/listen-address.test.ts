import { describe, expect, it } from 'vitest';
import { isLocal, parseListenAddress } from './listen-address.js';

describe('parseListenAddress', () => {
  it.each([
    ['127.0.0.1:7420', { host: '127.0.0.1', port: 7420 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:7420', { host: '::1', port: 7420 }],
    ['unix:/run/sandlot.sock', { path: '/run/sandlot.sock' }],
  ])('reads %s', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });

  it.each([
    '',
    '7420',
    ':7420',
    '::1:7420',
    'host',
    'host:port',
    'host:65536',
    '[host]:1',
    'unix:relative',
    'http://h:1',
  ])('refuses %j', (text) => {
    expect(() => parseListenAddress(text)).toThrow('Expected host:port');
  });
});

describe('isLocal', () => {
  it.each([
    ['127.0.0.1:1', true],
    ['127.1.2.3:1', true],
    ['localhost:1', true],
    ['[::1]:1', true],
    ['unix:/x', true],
    ['0.0.0.0:1', false],
    ['[::]:1', false],
    ['192.0.2.1:1', false],
    ['127.example.org:1', false],
    ['127.0.0.1.example.org:1', false],
  ])('%s: %s', (text, expected) => {
    expect(isLocal(parseListenAddress(text))).toBe(expected);
  });
});
