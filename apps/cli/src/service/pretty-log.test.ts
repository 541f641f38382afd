import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { prettyLog } from './pretty-log.js';

function logged(log: (logger: pino.Logger) => void): string {
  let text = '';
  log(
    pino(
      { timestamp: () => ',"time":1763930000123' },
      { write: (line: string) => void (text += prettyLog(line)) },
    ),
  );
  return text;
}

describe('prettyLog', () => {
  it('says time, level, message and fields in one line', () => {
    const text = logged((logger) => logger.info({ jobId: 'x', wallMs: 12 }, 'job ended'));
    expect(text).toBe('20:33:20.123 INFO  job ended jobId=x wallMs=12\n');
  });

  it('puts the stack of an error below', () => {
    const text = logged((logger) => logger.error({ err: new TypeError('no') }, 'failed'));
    expect(text).toMatch(/^20:33:20\.123 ERROR failed\n {4}TypeError: no\n {4} +at /);
  });
});
