import { sampleJob, sampleResult } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { formatLedger } from '../ledger/ledger.js';
import { toRecord } from '../record/to-record.js';
import { BEGINNING, isAfter, parseEventId } from './event-id.js';
import { rebuildEvents } from './rebuild-events.js';

const at = '2026-01-01T00:00:00.000Z';
const attempts = [
  { number: 1, worker: 'w', startedAt: at, endedAt: at, cause: { code: 'worker-lost', message: 'gone' } },
  { number: 2, worker: 'w', startedAt: at },
];
const ledger = formatLedger({ claim: 'run', running: true, cancelRequested: false, attempts });
const returnvalue = sampleResult({ kind: 'exited', exitCode: 0 }, 'hello');
const record = toRecord({ data: sampleJob(), timestamp: 1, finishedOn: 2, returnvalue }, ledger, true);

describe('rebuildEvents', () => {
  it('tells the states of all attempts and the output that is at hand', () => {
    const events = rebuildEvents(record, BEGINNING);
    expect(events.map(({ event }) => event)).toMatchObject([
      { state: 'queued' },
      { state: 'starting', attempt: 1 },
      { state: 'queued', reason: 'worker-lost: gone' },
      { state: 'starting', attempt: 2 },
      { type: 'output', attempt: 2, stream: 'stdout', offset: 0, text: 'hello' },
      { state: 'succeeded', attempt: 2, outcome: { kind: 'exited', exitCode: 0 } },
    ]);
    const ids = events.map(({ id }) => parseEventId(id));
    for (const [index, id] of ids.slice(1).entries()) expect(isAfter(id, ids[index] ?? id)).toBe(true);
  });

  it('tells a reader who was in the middle of the last attempt how it ended, and not its output again', () => {
    expect(rebuildEvents(record, { attempt: 2, seq: 4_711 })).toMatchObject([
      { event: { state: 'succeeded' } },
    ]);
  });
});
