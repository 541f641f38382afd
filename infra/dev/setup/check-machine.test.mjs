import { describe, expect, it } from 'vitest';
import { nodeDefect, programExists } from './check-machine.mjs';

describe('nodeDefect', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '100.1.0'])('accepts %s', (version) => {
    expect(nodeDefect(version, '>=20.19')).toBeUndefined();
  });

  it.each(['20.18.3', '18.20.0', '9.30.0'])('refuses %s and says what is needed', (version) => {
    expect(nodeDefect(version, '>=20.19')).toContain(`Node ${version} is too old, >=20.19 is needed`);
  });
});

describe('programExists', () => {
  it('tells a program in PATH from one that is not', () => {
    expect(programExists('node')).toBe(true);
    expect(programExists('no-such-program')).toBe(false);
  });
});
