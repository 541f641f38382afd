import { Command, type CommanderError } from 'commander';
import { addApi } from './command/api.js';
import { addArtifacts } from './command/artifacts.js';
import { addCancel } from './command/cancel.js';
import { addDoctor } from './command/doctor.js';
import { addKeys } from './command/keys.js';
import { addLogs } from './command/logs.js';
import { addRun } from './command/run.js';
import { addServe } from './command/serve.js';
import { addStatus } from './command/status.js';
import { addSubmit } from './command/submit.js';
import { addWorker } from './command/worker.js';
import { EXIT_SANDLOT_FAILED } from './outcome/exit-code.js';

/**
 * The whole command line. Commands import what they need when they run: a client command must not pay for the
 * queue's and the HTTP server's libraries.
 */
export function buildProgram(version: string): Command {
  const program = new Command('sandlot')
    .description('Runs untrusted programs without root.')
    .version(version, '-V, --version')
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'sandlot: ')) })
    .exitOverride(toCommandExit)
    .addHelpText('after', HELP);
  addRun(program);
  addSubmit(program);
  addStatus(program);
  addLogs(program);
  addArtifacts(program);
  addCancel(program);
  addServe(program);
  addApi(program);
  addWorker(program);
  addDoctor(program);
  addKeys(program);
  return program;
}

/** Thrown when commander has said all there is to say (help, version, a wrong option). */
export class CommandExit extends Error {
  override readonly name = 'CommandExit';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Any wrong use is a failure of ours to the shell: 1 could be the program's own code. */
function toCommandExit(error: CommanderError): never {
  throw new CommandExit(error.exitCode === 0 ? 0 : EXIT_SANDLOT_FAILED);
}

const HELP = `
Examples:
  $ sandlot run --time 2s -- python3 -c 'print(6 * 7)'     here and now, no service
  $ sandlot serve                                          the service, on 127.0.0.1:7420
  $ sandlot submit --wait -- /bin/sh -c 'echo hello'       a job for a running service

sandlot COMMAND --help tells more, with examples and exit codes.
`;
