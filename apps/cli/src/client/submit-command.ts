import type { Client } from '@sandlot/client';
import type { JobDocument, JobSpecInput } from '@sandlot/contract';
import { CommandError } from '../error/command-error.js';
import type { ClientOptions } from '../option/client-options.js';
import { formatDuration } from '../option/duration.js';
import type { PayloadOptions } from '../option/payload-options.js';
import { describeOutcome } from '../outcome/describe-outcome.js';
import { jobExitCode, signalExitCode } from '../outcome/exit-code.js';
import { RunInterrupt } from '../run/run-interrupt.js';
import { buildSpec, encodeContent, readOrFail } from '../spec/build-spec.js';
import { printDocument } from '../terminal/print-document.js';
import { StatusLine } from '../terminal/status-line.js';
import { writeOut } from '../terminal/write-out.js';
import { connect, inFlags } from './connect.js';
import { OutputPrinter } from './output-printer.js';
import { readAll } from './read-all.js';
import { waitForJob } from './wait-for-job.js';

export interface SubmitOptions extends PayloadOptions, ClientOptions {
  readonly label: Readonly<Record<string, string>>;
  /** true: to the end, however long; a number: so many ms at most. */
  readonly wait?: number | true;
}

/** Most jobs are short: their end comes with the answer to the submission. Unit: s. */
const FIRST_WAIT_SECONDS = 1;

/**
 * What `sandlot submit` does.
 *
 * @throws {CommandError} if the job is refused, or does not end in time; {@link ConnectionError}
 */
export async function submitCommand(argv: readonly string[], options: SubmitOptions): Promise<number> {
  const client = connect(options);
  const spec = await buildSubmission(argv, options);
  const job = await submit(client, spec, options.wait);
  if (options.wait === undefined) {
    await (options.json === true ? printDocument(job) : writeOut(process.stdout, `${job.id}\n`));
    return 0;
  }
  const finished = await waitOrExplain(client, job, options.wait);
  if (typeof finished === 'number') return finished;
  await printEnd(finished, options);
  return jobExitCode(finished);
}

async function buildSubmission(argv: readonly string[], options: SubmitOptions): Promise<JobSpecInput> {
  const spec = await buildSpec(argv, options);
  const { stdin, label } = options;
  if (stdin === undefined) return { ...spec, labels: label };
  const bytes = stdin === '-' ? await readAll(process.stdin) : await readOrFail('--stdin', stdin);
  return { ...spec, labels: label, stdin: encodeContent(bytes) };
}

async function submit(client: Client, spec: JobSpecInput, wait: SubmitOptions['wait']): Promise<JobDocument> {
  try {
    return await client.submit(spec, wait === undefined ? {} : { waitSeconds: FIRST_WAIT_SECONDS });
  } catch (error) {
    throw inFlags(error);
  }
}

/** The finished job, or the exit code of a wait that the user broke off. */
async function waitOrExplain(
  client: Client,
  job: JobDocument,
  wait: number | true,
): Promise<JobDocument | number> {
  const line = new StatusLine(process.stderr);
  using interrupt = new RunInterrupt();
  const timeout = wait === true ? undefined : AbortSignal.timeout(wait);
  const signal = timeout === undefined ? interrupt.signal : AbortSignal.any([interrupt.signal, timeout]);
  try {
    return await waitForJob(client, job, { line, signal });
  } catch (error) {
    if (interrupt.raised !== undefined) {
      process.stderr.write(`sandlot: the job goes on; to end it: sandlot cancel ${job.id}\n`);
      return signalExitCode(interrupt.raised);
    }
    if (timeout?.aborted !== true || wait === true) throw error;
    throw new CommandError(
      `Job ${job.id} has not ended within ${formatDuration(wait)} and goes on: sandlot status ${job.id}, or sandlot cancel ${job.id}`,
    );
  }
}

async function printEnd(job: JobDocument, { json }: SubmitOptions): Promise<void> {
  if (json === true) return await printDocument(job);
  await new OutputPrinter((stream, bytes) => writeOut(process[stream], bytes)).printRest(job);
  const { outcome, state, reason } = job;
  if (outcome?.kind === 'exited') return;
  const end =
    outcome === undefined ? `the job is ${state}: ${reason ?? 'no reason given'}` : describeOutcome(outcome);
  await writeOut(process.stderr, `sandlot: ${end}\n`);
}
