import type { Client } from '@sandlot/client';
import type { JobDocument, JobState } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { StatusLine } from '../terminal/status-line.js';
import { waitForJob } from './wait-for-job.js';

// Only what waiting looks at.
const job = (state: JobState, finishedAt?: string) => ({ id: 'ID', state, finishedAt }) as JobDocument;

function clientThatTells(states: readonly JobState[]): Client {
  return {
    async *events() {
      for (const [index, state] of states.entries()) {
        yield { id: `1-${index}`, event: { type: 'state', state, at: '' } };
      }
    },
    get: async () => job('succeeded', 'now'),
  } as unknown as Client;
}

describe('waitForJob', () => {
  const { signal } = new AbortController();

  it('asks nothing about a job that has ended', async () => {
    const ended = job('failed', 'now');
    const line = new StatusLine({ write: () => true });
    expect(await waitForJob(clientThatTells([]), ended, { line, begun: Date.now(), signal })).toBe(ended);
  });

  it('shows each state once and gives the finished job', async () => {
    const written: string[] = [];
    const line = new StatusLine({ write: (text) => written.push(text) });
    const client = clientThatTells(['queued', 'starting', 'running', 'succeeded']);
    expect(await waitForJob(client, job('running'), { line, begun: Date.now(), signal })).toMatchObject({
      state: 'succeeded',
    });
    expect(written).toEqual(
      ['queued', 'starting', 'running', 'succeeded'].map((state) => `sandlot: job ID ${state}\n`),
    );
  });
});
