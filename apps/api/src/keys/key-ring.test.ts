import { describe, expect, it } from 'vitest';
import { createKey } from './create-key.js';
import { KeyRing } from './key-ring.js';

describe('KeyRing', () => {
  const made = Array.from({ length: 5 }, () => createKey({ tenant: 'acme', scopes: ['jobs:read'] }));
  const ring = new KeyRing(made.map(({ entry }) => entry));

  it('finds each of its keys and no other', () => {
    for (const { key, entry } of made) expect(ring.find(key)).toBe(entry);
    const { key = '' } = made[0] ?? {};
    for (const wrong of ['', key.slice(0, -1), `${key}A`, key.toUpperCase(), made[0]?.entry.sha256 ?? '']) {
      expect(ring.find(wrong)).toBeUndefined();
    }
  });

  it('finds nothing when it is empty', () => {
    expect(new KeyRing([]).find('')).toBeUndefined();
  });
});

describe('createKey', () => {
  it('makes keys of 256 bits that say what they are, and entries without them', () => {
    const { key, entry } = createKey({ tenant: 'acme', scopes: ['admin', 'admin'], id: 'ci' });
    expect(key).toMatch(/^sandlot_[A-Za-z0-9_-]{43}$/);
    expect(entry).toMatchObject({ id: 'ci', tenant: 'acme', scopes: ['admin'] });
    expect(JSON.stringify(entry)).not.toContain(key);
  });
});
