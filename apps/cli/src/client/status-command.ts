import type { ClientOptions } from '../option/client-options.js';
import { printDocument } from '../terminal/print-document.js';
import { writeOut } from '../terminal/write-out.js';
import { connect } from './connect.js';
import { describeJob } from './describe-job.js';

/** What `sandlot status` does. @throws {ProblemError} if there is no such job; {@link ConnectionError} */
export async function statusCommand(
  id: string,
  options: ClientOptions & { readonly json?: boolean },
): Promise<number> {
  const job = await connect(options).get(id);
  if (options.json === true) await printDocument(job);
  else await writeOut(process.stdout, describeJob(job));
  return 0;
}
