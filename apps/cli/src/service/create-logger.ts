import { destination, pino, type Logger } from 'pino';
import type { LogLevel } from '../config/settings.js';
import { prettyLog } from './pretty-log.js';

/** The service's log, on stderr: JSON for machines, lines for a person at a terminal. */
export function createLogger(level: LogLevel): Logger {
  if (process.stderr.isTTY) {
    return pino({ level }, { write: (line: string) => void process.stderr.write(prettyLog(line)) });
  }
  return pino({ level }, destination({ dest: 2, sync: true }));
}
