const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};

/** What every line has and no reader at a terminal needs. */
const UNSAID: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err', 'worker']);

interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: unknown;
}

/** Turns one line of pino's JSON into one for a person; an error's message and stack follow below it. */
export function prettyLog(line: string): string {
  const entry = JSON.parse(line) as LogLine; // pino writes nothing else
  const time = new Date(entry.time).toISOString().slice(11, 23);
  const level = LEVELS[entry.level] ?? entry.level;
  const fields = Object.entries(entry)
    .filter(([name]) => !UNSAID.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${time} ${level} ${entry.msg ?? ''}${fields.join('')}\n${describeError(entry.err)}`;
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const text = 'stack' in error ? String(error.stack) : JSON.stringify(error);
  return `${text.replaceAll(/^/gm, '    ')}\n`;
}
