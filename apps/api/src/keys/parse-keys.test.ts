import { describe, expect, it } from 'vitest';
import { createKey } from './create-key.js';
import { parseKeys } from './parse-keys.js';

const { key, entry } = createKey({ tenant: 'acme', scopes: ['jobs:read', 'jobs:write'] });
const other = createKey({ tenant: 'acme', scopes: ['admin'] }).entry;
const fileOf = (...keys: readonly object[]): string => JSON.stringify({ keys });

describe('parseKeys', () => {
  it('reads the entries that createKey makes, and none at all', () => {
    expect(parseKeys(fileOf(entry, other))).toEqual([entry, other]);
    expect(parseKeys(fileOf())).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['text that is not JSON', '{"keys": [\n  "secret" "secret"\n]}', 'It is not JSON (line 2)'],
    ['text that breaks off', '{"keys": [', 'It is not JSON'],
    ['a list', '[]', 'Expected an object with the list "keys"'],
    ['no keys', '{}', 'keys: Expected a list of keys'],
    ['a field it does not know', '{"keys": [], "tenants": []}', 'Unknown field "tenants"; known are keys'],
    ['no tenant', fileOf({ ...entry, tenant: undefined }), 'keys[0].tenant: Expected 1–63 of a–z'],
    [
      'a tenant with a space',
      fileOf(other, { ...entry, tenant: 'a b' }),
      'keys[1].tenant: Expected 1–63 of a–z',
    ],
    [
      'an unknown scope',
      fileOf({ ...entry, scopes: ['jobs'] }),
      'keys[0].scopes[0]: Expected one of jobs:read, ',
    ],
    ['no scope', fileOf({ ...entry, scopes: [] }), 'keys[0].scopes: Expected at least one scope'],
    [
      'a key',
      fileOf({ ...entry, sha256: key }),
      'keys[0].sha256: Expected the SHA-256 of a key, 64 hexadecimal',
    ],
    [
      'a field of its own',
      fileOf({ ...entry, key }),
      'keys[0]: Unknown field "key"; known are id, tenant, scopes',
    ],
    [
      'a time that is none',
      fileOf({ ...entry, expiresAt: 'soon' }),
      'keys[0].expiresAt: Expected a time such as',
    ],
    ['an id twice', fileOf(entry, { ...other, id: entry.id }), 'keys[1].id: Is that of keys[0] too'],
    [
      'a key twice',
      fileOf(entry, { ...other, sha256: entry.sha256 }),
      'keys[1].sha256: Is that of keys[0] too',
    ],
  ])('says what is wrong with %s, where, and never what stands there', (_what, text, message) => {
    const read = (): unknown => parseKeys(text);
    expect(read).toThrow(SyntaxError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(key);
    expect(read).not.toThrow('secret');
  });

  it('names eight defects and counts the others', () => {
    expect(() => parseKeys(fileOf(...Array.from({ length: 5 }, () => ({}))))).toThrow(
      /keys\[0\].*; and 12 more$/,
    );
  });
});
