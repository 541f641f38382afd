import { open } from 'node:fs/promises';
import type { ReadStream } from 'node:tty';
import type { StepInput } from '@sandlot/engine';
import { unreadable } from '../spec/build-spec.js';

/**
 * The payload's stdin: the file given; with `-` this process's own; with neither, its own unless that is a
 * terminal, as in any pipeline.
 *
 * @throws {CommandError} if the file cannot be opened.
 */
export async function openStdin(
  option: string | undefined,
  own: Pick<ReadStream, 'isTTY'> & AsyncIterable<Uint8Array>,
): Promise<StepInput> {
  if (option === '-') return own;
  if (option === undefined) return own.isTTY ? new Uint8Array() : own;
  try {
    const file = await open(option);
    if ((await file.stat()).isDirectory())
      throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return file.createReadStream();
  } catch (error) {
    throw unreadable('--stdin', option, error);
  }
}
