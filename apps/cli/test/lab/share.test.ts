import { availableParallelism } from 'node:os';
import { requireFeature } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LimitsService, type EndedJob } from '../support/limits-service.js';

/** A file of 8 MiB on a block device that cells can see; the guest has one. */
const DISK_FILE = process.env['SANDLOT_LAB_DISK'] ?? '';
const hasDisk = requireFeature({
  feature: 'a file on a block device for io.max',
  remedy:
    'apt-get install e2fsprogs user-mode-linux, then npm run lab as root or where no cgroup is delegated',
  isPresent: DISK_FILE !== '',
});

describe('a service in a delegated cgroup', () => {
  let service: LimitsService;
  beforeAll(async () => {
    service = await LimitsService.start({ SANDLOT_CONCURRENCY: '2' });
  });
  afterAll(async () => await service.close());

  // Else the whole lab would prove nothing.
  it('finds it', () => {
    expect(service.tier).toBe('T0');
  });

  it('slows a busy loop down to cpuCores', async () => {
    const ended = await service.run('busy-loop', { cpuCores: 0.2, wallTimeMs: 2_000 });
    expect(ended.document).toMatchObject({
      outcome: { kind: 'timed-out', clock: 'wall', limitMs: 2_000 },
      enforcement: { cpuCores: 'cgroup' },
    });
    expect(cpuMs(ended)).toBeGreaterThan(200);
    expect(cpuMs(ended)).toBeLessThan(600);
  });

  it('divides the CPUs among jobs by cpuWeight', async () => {
    const verb = `busy-threads ${availableParallelism()}`;
    const limits = { wallTimeMs: 4_000, cpuTimeMs: 600_000 };
    const [heavy, light] = await Promise.all([
      service.run(verb, { ...limits, cpuWeight: 400 }),
      service.run(verb, { ...limits, cpuWeight: 100 }),
    ]);
    expect(heavy.document.enforcement).toMatchObject({ cpuWeight: 'cgroup' });
    expect(cpuMs(heavy) / cpuMs(light)).toBeGreaterThan(2);
  });

  it.runIf(hasDisk)('holds ioBytesPerSecond', async () => {
    // At 2 MiB a second; direct, since what is cached does not count.
    const script = `true; dd if=${DISK_FILE} of=/dev/null bs=256k iflag=direct`;
    const limits = { ioBytesPerSecond: 2 << 20, wallTimeMs: 20_000 };
    const { document, usage } = await service.run(script, limits);
    expect(document).toMatchObject({
      outcome: { kind: 'exited', exitCode: 0 },
      enforcement: { ioBytesPerSecond: 'cgroup' },
    });
    expect(usage.wallMs).toBeGreaterThan(3_000);
    expect(usage.wallMs).toBeLessThan(8_000);
  });
});

function cpuMs({ usage }: EndedJob): number {
  return usage.cpuUserMs + usage.cpuSystemMs;
}
