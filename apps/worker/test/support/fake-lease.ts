import { DEFAULT_LIMITS, type OutputEvent } from '@sandlot/contract';
import type { JobRecord, Lease, LeaseEnd, StoredStep } from '@sandlot/engine';

export interface FakeLease {
  readonly lease: Lease;
  readonly published: readonly OutputEvent[];
  readonly startedCount: () => number;
  readonly end: (reason: LeaseEnd) => void;
}

export function makeStep(overrides: Partial<StoredStep> = {}): StoredStep {
  return {
    name: 'run',
    argv: ['/bin/true'],
    env: {},
    stdin: { kind: 'inline', base64: Buffer.from('input').toString('base64'), bytes: 5 },
    limits: DEFAULT_LIMITS,
    ...overrides,
  };
}

export function makeRecord(overrides: Partial<JobRecord['spec']> = {}): JobRecord {
  const createdAt = new Date(Date.now() - 50).toISOString();
  return {
    id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    createdAt,
    queuedAt: createdAt,
    state: 'starting',
    cancelRequested: false,
    attempts: [],
    spec: {
      form: 'argv',
      steps: [makeStep()],
      env: { NAME: 'value', SANDLOT_ATTEMPT: 'forged' },
      files: [],
      limits: DEFAULT_LIMITS,
      labels: {},
      ...overrides,
    },
  };
}

/** A lease in a test's hands: it records what is told and can be ended at will. */
export function makeLease(record: JobRecord = makeRecord(), attempt = 1): FakeLease {
  const controller = new AbortController();
  const published: OutputEvent[] = [];
  let started = 0;
  return {
    published,
    startedCount: () => started,
    end: (reason) => controller.abort(reason),
    lease: {
      record,
      attempt,
      signal: controller.signal,
      started: () => {
        started += 1;
      },
      publish: (event) => {
        published.push(event);
      },
    },
  };
}
