import { availableParallelism, homedir } from 'node:os';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { readConfig } from '../config/read-config.js';
import { CommandError } from '../error/command-error.js';
import { becomeRunAs } from '../sandbox/become-run-as.js';
import { helloProgram } from '../spec/hello-program.js';
import { readVersion } from '../version.js';
import { createLogger } from './create-logger.js';
import { describeService } from './describe-service.js';
import { STOP_SIGNALS, onStopSignal } from './on-stop-signal.js';
import { commandOf, type ServicePart } from './service-part.js';
import { startService, type RunningService } from './start-service.js';

/** Closing may take the jobs' grace and this much more, then the process ends anyway. Unit: ms. */
const CLOSE_MARGIN_MS = 10_000;

/**
 * What `serve`, `api` and `worker` do: start, say so, run until SIGTERM or SIGINT, drain, exit 0. Never resolves.
 *
 * @throws {Error} worded for the operator, if the service cannot start.
 */
export async function serviceCommand(parts: ReadonlySet<ServicePart>): Promise<never> {
  const host = { cores: availableParallelism(), home: homedir() };
  const { config, warnings } = readConfig(process.env, host);
  refuseEmbeddedAlone(parts, config.queue);
  await becomeRunAs(process.env);
  const logger = createLogger(config.logLevel);
  for (const warning of warnings) logger.warn(warning);
  const service = await startService({ parts, config, version: readVersion(), logger });
  closeOnStop(service, config.graceMs, logger);
  process.stdout.write(describeService(service.facts, helloProgram()));
  return await new Promise<never>(() => {});
}

/** Closes the service on the first signal, or after a mistake in it, and ends the process. */
function closeOnStop(service: RunningService, graceMs: number, logger: Logger): void {
  let closed: Promise<void> | undefined;
  const options = { delay: graceMs + CLOSE_MARGIN_MS, logger, skip: [...STOP_SIGNALS] };
  const { close } = closeWithGrace(options, async ({ err }) => {
    if (err !== undefined) logger.fatal({ err }, 'shutting down after a mistake in Sandlot itself');
    await (closed ??= service.close());
    logger.info('closed');
  });
  onStopSignal({
    first: (signal) => {
      logger.info({ signal, graceMs }, 'shutting down');
      close();
    },
    again: (signal) => {
      logger.error({ signal }, 'a second signal, ending at once; running jobs start anew next time');
      process.exit(1);
    },
  });
}

/** The embedded queue lives in one process, so the parts must be in it too. */
function refuseEmbeddedAlone(parts: ReadonlySet<ServicePart>, queue: string): void {
  if (parts.size === 2 || queue !== 'embedded') return;
  throw new CommandError(
    `sandlot ${commandOf(parts)} shares its queue with other processes, and the embedded queue lives in one: set SANDLOT_QUEUE=redis://host:port/db, or run sandlot serve, which is API and worker in one process`,
  );
}
