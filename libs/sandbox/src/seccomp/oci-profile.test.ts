import { describe, expect, it } from 'vitest';
import { parseOciProfile } from './oci-profile.js';

const ERRNO = { defaultAction: 'SCMP_ACT_ERRNO' };
const rule = (rest: object) => ({
  ...ERRNO,
  syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW', ...rest }],
});

describe('parseOciProfile', () => {
  it('reads what is allowed, and how the rest fails', () => {
    expect(parseOciProfile({ ...rule({}), defaultErrnoRet: 38 })).toEqual({
      otherwise: { errno: 38 },
      rules: [{ name: 'read', action: 'allow', tests: [] }],
    });
    expect(parseOciProfile({ defaultAction: 'SCMP_ACT_KILL' }).otherwise).toBe('kill');
  });

  it('reads tests of arguments: of several together, of one each by itself', () => {
    const args = [
      { index: 0, value: 1, op: 'SCMP_CMP_EQ' },
      { index: 1, value: 7, valueTwo: 2, op: 'SCMP_CMP_MASKED_EQ' },
    ];
    expect(parseOciProfile(rule({ args })).rules).toEqual([
      {
        name: 'read',
        action: 'allow',
        tests: [
          { index: 0, comparison: 'eq', value: 1n },
          { index: 1, comparison: 'eq', mask: 7n, value: 2n },
        ],
      },
    ]);
    const same = [0, 8].map((value) => ({ index: 0, value, op: 'SCMP_CMP_EQ' }));
    expect(parseOciProfile(rule({ args: same })).rules).toHaveLength(2);
  });

  it('passes over rules for capabilities and other architectures', () => {
    expect(parseOciProfile(rule({ includes: { caps: ['CAP_SYS_ADMIN'] } })).rules).toEqual([]);
    expect(parseOciProfile(rule({ includes: { arches: ['s390x'] } })).rules).toEqual([]);
    expect(parseOciProfile(rule({ excludes: { caps: ['CAP_SYS_ADMIN'] } })).rules).toHaveLength(1);
  });

  it('allows nothing that no payload may have', () => {
    expect(parseOciProfile(rule({ names: ['mount', 'bpf', 'read'] })).rules.map(({ name }) => name)).toEqual([
      'read',
    ]);
  });

  it.each([
    [{}, /^defaultAction: Expected SCMP_ACT_ALLOW/],
    [{ defaultAction: 'SCMP_ACT_ALLOW' }, /^defaultAction allows what no rule names/],
    [rule({ action: 'SCMP_ACT_NOTIFY' }), /^syscalls\[0\]\.action: Expected .*, got "SCMP_ACT_NOTIFY"/],
    [rule({ args: [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' }] }), /^syscalls\[0\]\.args\[0\]\.index: /],
    [rule({ names: [] }), /^syscalls\[0\]\.names: /],
    [[], /^the file: /],
  ])('says what is wrong with %j', (json, message) => {
    expect(() => parseOciProfile(json)).toThrow(message);
  });
});
