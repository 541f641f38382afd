import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '@sandlot/contract';
import { INLINE_BYTES, INLINE_TOTAL_BYTES } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../../../..');
const MB = 1_000_000;
/** Bytes of base64 for each byte. */
const BASE64 = 4 / 3;
/** Jobs that may wait while the rest still fits. */
const WAITING = 200;

const FORMULA =
  /≤ \(([\d.]+) × maxmemory − ([\d.]+) MB − running × ([\d.]+) MB − waiting × ([\d.]+) MB\) ÷ ([\d.]+) MB/;

/** The numbers of docs/sizing.md, which nobody is to copy. */
const [share = 0, histories = 0, running = 0, waiting = 0, kept = 0] = (
  FORMULA.exec(textOf('docs/sizing.md')) ?? []
)
  .slice(1)
  .map(Number);

interface Compose {
  readonly services: {
    readonly worker: {
      readonly environment: Readonly<Record<string, string>>;
      readonly deploy: { readonly replicas: number };
    };
    readonly redis: { readonly command: readonly string[] };
  };
}

interface Values {
  readonly store: { readonly retentionJobs: number };
  readonly redis: { readonly maxMemory: string };
  readonly worker: { readonly replicas: number; readonly concurrency: number };
}

interface Installation {
  readonly maxmemory: string;
  readonly slots: number;
  readonly retentionJobs: number;
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function ofCompose(): Installation {
  const { services } = parse(textOf('infra/compose/compose.yaml'), { merge: true }) as Compose; // our own file
  const { worker, redis } = services;
  return {
    maxmemory: redis.command[redis.command.indexOf('--maxmemory') + 1] ?? '',
    slots: worker.deploy.replicas * Number(worker.environment['SANDLOT_CONCURRENCY']),
    retentionJobs: Number(worker.environment['SANDLOT_RETENTION_JOBS']),
  };
}

function ofChart(): Installation {
  const { store, redis, worker } = parse(textOf('infra/helm/sandlot/values.yaml')) as Values; // our own file
  return {
    maxmemory: redis.maxMemory,
    slots: worker.replicas * worker.concurrency,
    retentionJobs: store.retentionJobs,
  };
}

describe('the formula of docs/sizing.md', () => {
  it('counts all contents that a record takes, of an ended job and of a dead one', () => {
    const ended = 2 * INLINE_TOTAL_BYTES + 2 * INLINE_BYTES;
    expect(kept * MB).toBeGreaterThan((ended + INLINE_TOTAL_BYTES) * BASE64);
    expect(waiting * MB).toBeGreaterThan(INLINE_TOTAL_BYTES * BASE64);
    expect(histories * MB).toBeGreaterThan(16 * 2 ** 20);
    expect(running * MB).toBeGreaterThan(2 * DEFAULT_LIMITS.outputBytes);
  });

  it.each([
    ['infra/compose', ofCompose()],
    ['the chart', ofChart()],
  ])('allows what %s keeps', (_, { maxmemory, slots, retentionJobs }) => {
    const [, megabytes] = /^(\d+)mb$/.exec(maxmemory) ?? []; // redis.conf(5): 1mb is 2^20 bytes
    const memory = (Number(megabytes) * 2 ** 20) / MB;
    const most = (share * memory - histories - slots * running - WAITING * waiting) / kept;
    expect(retentionJobs).toBeLessThanOrEqual(most);
    expect(retentionJobs).toBeGreaterThan(most / 2);
  });
});
