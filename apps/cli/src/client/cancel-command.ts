import type { ClientOptions } from '../option/client-options.js';
import { writeOut } from '../terminal/write-out.js';
import { connect } from './connect.js';

/** A running payload is dead long before that; a worker that is gone says nothing at all. Unit: s. */
const WAIT_SECONDS = 5;

/** What `sandlot cancel` does. @throws {ProblemError} if there is no such job; {@link ConnectionError} */
export async function cancelCommand(id: string, options: ClientOptions): Promise<number> {
  const { state, finishedAt } = await connect(options).cancel(id, { waitSeconds: WAIT_SECONDS });
  await writeOut(process.stdout, finishedAt === undefined ? `${state}, being cancelled\n` : `${state}\n`);
  return 0;
}
