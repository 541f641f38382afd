import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { BlobSweeper } from './blob-sweeper.js';
import { startSweeping } from './start-sweeping.js';

type Sweep = BlobSweeper['sweep'];

const logger = pino({ level: 'silent' });

describe('startSweeping', () => {
  it('sweeps at once and again, also after a failure, until it is stopped', async () => {
    const sweep = vi.fn<Sweep>(async () => 0).mockRejectedValueOnce(new Error('the store is away'));
    const sweeping = startSweeping({ sweeper: { sweep }, intervalMs: 1, logger });
    await vi.waitUntil(() => sweep.mock.calls.length >= 3);
    await sweeping.stop();
    const calls = sweep.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sweep.mock.calls).toHaveLength(calls);
  });

  it('pauses the longer the longer a sweep takes', async () => {
    const ends: number[] = [];
    const begins: number[] = [];
    const sweep = async () => {
      begins.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 10));
      return ends.push(performance.now());
    };
    const sweeping = startSweeping({ sweeper: { sweep }, intervalMs: 1, logger });
    await vi.waitUntil(() => begins.length === 2, 5_000);
    await sweeping.stop();
    expect((begins[1] ?? 0) - (ends[0] ?? 0)).toBeGreaterThan(150);
  });

  it('waits at its end for the sweep under way, and begins no other', async () => {
    let isDone = false;
    const sweep = vi.fn<Sweep>(async (_now, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      isDone = true;
      return 0;
    });
    const sweeping = startSweeping({ sweeper: { sweep }, intervalMs: 0, logger });
    await sweeping.stop();
    expect({ isDone, calls: sweep.mock.calls.length }).toEqual({ isDone: true, calls: 1 });
  });
});
