import { expect, it } from 'vitest';
import { becomeRunAs } from './become-run-as.js';

it.each(['0', 'sandlot', '1:2:3', '10001:', '4294967295'])(
  'refuses SANDLOT_RUN_AS=%s, naming the form',
  async (value) => {
    await expect(becomeRunAs({ SANDLOT_RUN_AS: value })).rejects.toThrow(
      `SANDLOT_RUN_AS="${value}" is not valid: expected uid or uid:gid, neither of them 0`,
    );
  },
);

it('does nothing without', async () => {
  const before = process.geteuid?.();
  await becomeRunAs({});
  expect(process.geteuid?.()).toBe(before);
});
