import { InfrastructureError } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { CommandError } from './command-error.js';
import { describeError } from './describe-error.js';

describe('describeError', () => {
  it('gives the one line of a command error', () => {
    const error = new CommandError('--file x: no such file', { cause: new Error('ENOENT') });
    expect(describeError(error)).toBe('sandlot: --file x: no such file');
  });

  it('gives the message of a failure, which has its cause and its remedy', () => {
    const cause = new Error('listen EADDRINUSE');
    const error = new Error('Cannot listen on x: EADDRINUSE. Choose another address', { cause });
    expect(describeError(error)).toBe('sandlot: Cannot listen on x: EADDRINUSE. Choose another address');
    const failure = new InfrastructureError('sandbox-setup-failed', 'No slot', { cause });
    expect(describeError(failure)).toBe('sandlot: No slot');
  });

  it('shows the stack of a mistake', () => {
    const text = describeError(new TypeError('x is not a function'));
    expect(text).toContain('please report it\nTypeError: x is not a function');
    expect(text).toContain('describe-error.test');
  });

  it('shows the stack of a mistake that was passed on as a failure', () => {
    const failure = new InfrastructureError('internal-error', 'x', { cause: new TypeError('y is null') });
    expect(describeError(failure)).toContain('TypeError: y is null');
  });

  it('words whatever was thrown', () => {
    expect(describeError('text')).toBe('sandlot: text');
  });
});
