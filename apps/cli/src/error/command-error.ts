import { EXIT_SANDLOT_FAILED } from '../outcome/exit-code.js';

/** Ends a command with one line on stderr: what failed, why, what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT_SANDLOT_FAILED;
  }
}
