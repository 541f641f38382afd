import type { Client } from '@sandlot/client';
import type { JobDocument, JobSpecInput } from '@sandlot/contract';
import { bringBack } from '../artifact/bring-back.js';
import { CommandError } from '../error/command-error.js';
import type { ClientOptions } from '../option/client-options.js';
import { formatDuration } from '../option/duration.js';
import type { PayloadOptions } from '../option/payload-options.js';
import { describeOutcome } from '../outcome/describe-outcome.js';
import { jobExitCode, signalExitCode } from '../outcome/exit-code.js';
import { RunInterrupt, type InterruptSignal } from '../run/run-interrupt.js';
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

/** Most jobs are short: their end comes with the answer to the submission. Unit: ms. */
const FIRST_WAIT_MS = 1_000;

/**
 * What `sandlot submit` does.
 *
 * @throws {CommandError} if the job is refused, or does not end in time; {@link ConnectionError}
 */
export async function submitCommand(argv: readonly string[], options: SubmitOptions): Promise<number> {
  if (options.wait === undefined) refuseNames(options);
  const client = connect(options);
  const spec = await buildSubmission(argv, options);
  if (options.wait !== undefined) return await submitAndWait(client, spec, options, options.wait);
  const job = await submit(client, spec);
  await (options.json === true ? printDocument(job) : writeOut(process.stdout, `${job.id}\n`));
  return 0;
}

/** Without --wait nothing is brought back, so nothing can be told where to. */
function refuseNames({ artifact = [], optionalArtifact = [] }: SubmitOptions): void {
  const named = [...artifact, ...optionalArtifact].find(({ isNamed }) => isNamed);
  if (named === undefined) return;
  throw new CommandError(
    `--artifact ${named.path}=${named.target}: a name here takes --wait; without it, fetch the artifact later with sandlot artifacts`,
  );
}

async function buildSubmission(argv: readonly string[], options: SubmitOptions): Promise<JobSpecInput> {
  const spec = await buildSpec(argv, options);
  const { stdin, label } = options;
  if (stdin === undefined) return { ...spec, labels: label };
  const bytes = stdin === '-' ? await readAll(process.stdin) : await readOrFail('--stdin', stdin);
  return { ...spec, labels: label, stdin: encodeContent(bytes) };
}

async function submit(client: Client, spec: JobSpecInput, waitSeconds?: number): Promise<JobDocument> {
  try {
    return await client.submit(spec, waitSeconds === undefined ? {} : { waitSeconds });
  } catch (error) {
    throw inFlags(error);
  }
}

/**
 * The clock, the deadline and the interrupt count from before the submission. They do not break that off, for its
 * answer, due within a second, is what names the job; a second interrupt ends the command at once.
 */
async function submitAndWait(
  client: Client,
  spec: JobSpecInput,
  options: SubmitOptions,
  wait: number | true,
): Promise<number> {
  const begun = Date.now();
  using interrupt = new RunInterrupt();
  const deadline = wait === true ? undefined : AbortSignal.timeout(wait);
  const signal = deadline === undefined ? interrupt.signal : AbortSignal.any([interrupt.signal, deadline]);
  const job = await submit(client, spec, firstWaitSeconds(wait));
  let finished: JobDocument;
  try {
    finished = await waitForJob(client, job, { line: new StatusLine(process.stderr), begun, signal });
  } catch (error) {
    if (interrupt.raised !== undefined) return tellInterrupted(job, interrupt.raised);
    throw deadline?.aborted === true && wait !== true ? notEnded(job, wait) : error;
  }
  await printEnd(finished, options);
  await bringBack(finished, options, async (path) => await client.artifact(finished.id, path));
  return jobExitCode(finished);
}

function tellInterrupted({ id }: JobDocument, signal: InterruptSignal): number {
  process.stderr.write(`sandlot: the job goes on; to end it: sandlot cancel ${id}\n`);
  return signalExitCode(signal);
}

function notEnded({ id }: JobDocument, waitMs: number): CommandError {
  return new CommandError(
    `Job ${id} has not ended within ${formatDuration(waitMs)} and goes on: sandlot status ${id}, or sandlot cancel ${id}`,
  );
}

/** As much of the wait as comes with the submission. HTTP counts whole seconds (RFC 7240, section 4.3). */
function firstWaitSeconds(wait: number | true): number {
  return Math.floor(Math.min(FIRST_WAIT_MS, wait === true ? FIRST_WAIT_MS : wait) / 1_000);
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
