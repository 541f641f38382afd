import { describe, expect, it } from 'vitest';
import { InfrastructureError, toInfrastructureError } from './infrastructure-error.js';

describe('toInfrastructureError', () => {
  it('leaves an infrastructure failure as it is', () => {
    const error = new InfrastructureError('sandbox-lost', 'm');
    expect(toInfrastructureError(error)).toBe(error);
  });

  it('keeps any other error as the cause', () => {
    const cause = new RangeError('m');
    expect(toInfrastructureError(cause)).toMatchObject({ code: 'internal-error', message: 'm', cause });
  });

  it.each(['lease-lost', undefined, 3])('words what is no error: %s', (thrown) => {
    expect(toInfrastructureError(thrown)).toMatchObject({ message: String(thrown), cause: thrown });
  });
});
