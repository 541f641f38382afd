import { describe, expect, it } from 'vitest';
import { jobEventSchema } from './job-event.js';

const chunk = { type: 'output', attempt: 1, step: 'run', stream: 'stdout', offset: 0 };
const state = { type: 'state', state: 'queued', at: '2026-01-02T03:04:05Z' };

describe('jobEventSchema', () => {
  it.each([
    [state],
    [
      {
        ...state,
        state: 'failed',
        attempt: 2,
        reason: 'r',
        outcome: { kind: 'signaled', signal: 'SIGSEGV' },
      },
    ],
    [{ ...chunk, encoding: 'utf8', text: 'hé' }],
    [{ ...chunk, stream: 'stderr', offset: 7, encoding: 'base64', base64: '/w==' }],
  ])('carries %j unchanged', (event) => {
    const data = JSON.stringify(event);
    expect(jobEventSchema.parse(JSON.parse(data))).toEqual(event);
  });

  it.each([
    [{ ...state, type: 'news' }],
    [{ ...state, at: 'yesterday' }],
    [{ ...chunk, encoding: 'utf8', base64: '/w==' }],
    [{ ...chunk, encoding: 'utf8', text: '', offset: -1 }],
    [{ ...chunk, encoding: 'utf8', text: '', attempt: 0 }],
  ])('refuses %j', (event) => {
    expect(jobEventSchema.safeParse(event).success).toBe(false);
  });
});
