import type { JobDocument } from '@sandlot/contract';
import type { CollectedFile } from '@sandlot/engine';
import { bringBack } from '../artifact/bring-back.js';
import { readSandboxConfig } from '../config/sandbox-config.js';
import type { PayloadOptions } from '../option/payload-options.js';
import { becomeRunAs } from '../sandbox/become-run-as.js';
import { openSandbox } from '../sandbox/open-sandbox.js';
import { describeOutcome } from '../outcome/describe-outcome.js';
import { jobExitCode, signalExitCode } from '../outcome/exit-code.js';
import { buildSpec } from '../spec/build-spec.js';
import { checkSpec } from '../spec/check-spec.js';
import { printDocument } from '../terminal/print-document.js';
import { openStdin } from './open-stdin.js';
import { PassThrough } from './pass-through.js';
import { RunInterrupt } from './run-interrupt.js';
import { runLocally } from './run-locally.js';

/**
 * What `sandlot run` does, from its command line to its exit code.
 *
 * @throws {CommandError} for a wrong command line; {@link InfrastructureError} if Sandlot failed.
 */
export async function runCommand(argv: readonly string[], options: PayloadOptions): Promise<number> {
  const config = readSandboxConfig(process.env);
  await becomeRunAs(process.env);
  const spec = checkSpec(await buildSpec(argv, options));
  const stdin = await openStdin(options.stdin, process.stdin);
  const { stdout, stderr } = process;
  const interrupt = new RunInterrupt();
  // It is started for this one module: none has to wait for another.
  const wasiRunners = options.wasi === undefined ? 'off' : 0;
  const sandbox = await openSandbox({ ...config, wasiRunners }, 1);
  try {
    const output = new PassThrough({ stdout, stderr }, () => interrupt.raise('SIGPIPE'));
    const { document, artifacts } = await runLocally(sandbox, {
      spec,
      stdin,
      allowUnenforced: config.allowUnenforced,
      onOutput: (stream, chunk) => (options.json === true ? undefined : output.write(stream, chunk)),
      signal: interrupt.signal,
    });
    if (options.json === true) await printDocument(document);
    else tellEnd(document, interrupt);
    if (options.json !== true) tellDenied(document);
    await bringBack(document, options, async (path) => piecesOf(artifacts, path));
    return exitCodeOf(document, interrupt);
  } catch (error) {
    if (interrupt.raised !== undefined && error === interrupt.signal.reason) {
      return signalExitCode(interrupt.raised);
    }
    throw error;
  } finally {
    interrupt[Symbol.dispose]();
    await sandbox.close();
  }
}

async function* piecesOf(artifacts: readonly CollectedFile[], wanted: string): AsyncIterable<Uint8Array> {
  for (const { path, content } of artifacts) if (path === wanted) yield content;
}

/** One line on stderr if the program did not end by exiting. Nobody reads it when the output's reader left. */
function tellEnd({ outcome }: JobDocument, interrupt: RunInterrupt): void {
  if (outcome === undefined || outcome.kind === 'exited' || interrupt.raised === 'SIGPIPE') return;
  process.stderr.write(`sandlot: ${describeOutcome(outcome)}\n`);
}

/** Lines on stderr, of `--explain`: which system calls the filter refused. */
function tellDenied({ steps }: JobDocument): void {
  for (const { name, count, arguments: values } of steps.flatMap(({ deniedCalls = [] }) => deniedCalls)) {
    const times = count === 1 ? '' : `, ${count} times`;
    process.stderr.write(`sandlot: refused ${name}(${values.join(', ')})${times}\n`);
  }
}

/** A cancelled run died of the interrupt; an end that came first stands. */
function exitCodeOf(document: JobDocument, { raised }: RunInterrupt): number {
  return raised !== undefined && document.outcome?.kind === 'cancelled'
    ? signalExitCode(raised)
    : jobExitCode(document);
}
