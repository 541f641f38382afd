import type { DoctorReport, Finding } from '@sandlot/sandbox';
import { describe, expect, it } from 'vitest';
import { describeReport } from './describe-report.js';

const OK: Finding = { ability: 'clone3', status: 'ok' };
const PROC: Finding = {
  ability: 'fresh-proc',
  status: 'failed',
  detail: 'subset-pid=EPERM',
  step: 'mount_proc',
  errno: 'EPERM',
  code: 'masked-proc',
  cause: 'Parts of /proc are covered.',
  remedy: 'Docker: `docker run --security-opt systempaths=unconfined`. Podman: `podman run`.',
  tier: 'T2',
};
const { tier: _, ...OPTIONAL } = PROC;
const IDS: Finding = { ...OPTIONAL, ability: 'sub-ids', cause: 'No range.', remedy: 'None.' };

function text(tier: DoctorReport['tier'], findings: readonly Finding[]): string {
  const versions = { sandlot: '1.2.3', node: '20.1.0', kernel: '6.1', architecture: 'x64' };
  // The facts behind the findings are for --json.
  return describeReport({ tier, versions, findings } as unknown as DoctorReport);
}

describe('describeReport', () => {
  it('says in its first line what the tier means', () => {
    expect(text('T0', [OK])).toBe(
      'T0: native programs run, and cgroups hold their limits\n' +
        'Sandlot 1.2.3, Node 20.1.0, Linux 6.1, x64\n\nWorks: clone3\n',
    );
  });

  it('tells of a failure what it is, why it is, and what to do, a sentence a line', () => {
    expect(text('T2', [OK, PROC])).toContain(
      '\n✗ fresh-proc (a new /proc for each cell): mount_proc EPERM, subset-pid=EPERM [tier T2]\n' +
        '  why: Parts of /proc are covered.\n' +
        '  do:  Docker: `docker run --security-opt systempaths=unconfined`.\n' +
        '       Podman: `podman run`.\n',
    );
  });

  it('tells what is blocked by the same mechanism once', () => {
    const findings: readonly Finding[] = [PROC, { ...PROC, ability: 'namespace-limits' }];
    expect(text('T2', findings).match(/why:/g)).toHaveLength(1);
    expect(text('T2', findings)).toMatch(/✗ fresh-proc \([^)]+\), namespace-limits \(/);
  });

  it('puts what nothing depends on last', () => {
    const report = text('T2', [IDS, PROC]);
    expect(report.indexOf('sub-ids')).toBeGreaterThan(report.indexOf('fresh-proc'));
    expect(report).toContain('[optional]');
  });

  it('only names what could not be tried', () => {
    const unknown: Finding = { ability: 'namespace-limits', status: 'unknown', cause: 'c', remedy: 'r' };
    expect(text('T2', [PROC, unknown])).toMatch(/\n\nNot tried, for want of the above: namespace-limits\n$/);
  });
});
