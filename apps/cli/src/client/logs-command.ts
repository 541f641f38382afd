import type { Client } from '@sandlot/client';
import type { ClientOptions } from '../option/client-options.js';
import { writeOut } from '../terminal/write-out.js';
import { connect } from './connect.js';
import { OutputPrinter } from './output-printer.js';

/** A running job's history comes at once; a pause this long means that nothing more has been written. Unit: ms. */
const HISTORY_PAUSE_MS = 500;

/** What `sandlot logs` does. @throws {ProblemError} if there is no such job; {@link ConnectionError} */
export async function logsCommand(
  id: string,
  options: ClientOptions & { readonly follow?: boolean },
): Promise<number> {
  const client = connect(options);
  const printer = new OutputPrinter((stream, bytes) => writeOut(process[stream], bytes));
  const job = await client.get(id);
  if (job.output === undefined) await printHistory(client, id, printer, options.follow === true);
  // Ended by now, or not followed to its end: then it has no output yet and nothing is added.
  await printer.printRest(job.output === undefined ? await client.get(id) : job);
  return 0;
}

async function printHistory(
  client: Client,
  id: string,
  printer: OutputPrinter,
  isFollowing: boolean,
): Promise<void> {
  const pause = new AbortController();
  const timer = isFollowing ? undefined : setTimeout(() => pause.abort(), HISTORY_PAUSE_MS);
  try {
    for await (const { event } of client.events(id, { signal: pause.signal })) {
      timer?.refresh();
      if (event.type === 'output') await printer.printPiece(event);
    }
  } catch (error) {
    if (!pause.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}
