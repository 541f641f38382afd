import { describe, expect, it } from 'vitest';
import { someLimits } from '../../test/some-limits.js';
import { DEFAULT_ENVIRONMENT, planCandidates, planJob, type PlannableJob } from './plan-job.js';

const job = (changes: Partial<PlannableJob> = {}): PlannableJob => ({
  argv: ['prog', 'a b', ''],
  env: {},
  limits: someLimits(),
  files: [],
  stdin: Buffer.from('in'),
  ...changes,
});
const stepOf = (changes: Partial<PlannableJob>) => planJob(job(changes)).steps[0];

describe('planJob', () => {
  it('plans one cell with the job’s limits and files, and one step', () => {
    const content = Buffer.from('x');
    const limits = someLimits({ pids: 7 });
    const plan = planJob(job({ limits, files: [{ path: 'bin/run', mode: '0755', content }] }));
    expect(plan.cell).toEqual({ limits, files: [{ path: 'bin/run', mode: 0o755, content }] });
    expect(plan.steps).toEqual([expect.objectContaining({ name: 'run', argv: ['prog', 'a b', ''], limits })]);
    expect(plan.stdin).toEqual(Buffer.from('in'));
  });

  it.each([
    ['644', 0o644],
    ['0644', 0o644],
    ['000', 0],
    ['777', 0o777],
  ])('reads mode %s as octal', (mode, bits) => {
    const plan = planJob(job({ files: [{ path: 'a', mode, content: new Uint8Array() }] }));
    expect(plan.cell.files[0]?.mode).toBe(bits);
  });

  it('gives the payload a small environment and nothing of ours', () => {
    const env = Object.entries(DEFAULT_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
    expect(stepOf({})?.env).toEqual(env);
  });

  it('lays the job’s environment over the default one', () => {
    const step = stepOf({ env: { PATH: '/opt/bin', HOME: '', EXTRA: 'a=b' } });
    expect(step?.env).toEqual(['PATH=/opt/bin', 'HOME=', `LANG=${DEFAULT_ENVIRONMENT['LANG']}`, 'EXTRA=a=b']);
    expect(step?.candidates).toEqual(['/opt/bin/prog']);
  });

  it('is pure: equal jobs give equal plans', () => {
    expect(planJob(job())).toEqual(planJob(job()));
  });
});

describe('planCandidates', () => {
  it.each([
    ['a name is looked up in PATH, in order', 'prog', '/b:/a', ['/b/prog', '/a/prog']],
    ['a path is taken as it is', '/bin/prog', '/a', ['/bin/prog']],
    ['so is a relative path', './prog', '/a', ['./prog']],
    ['and one with its slash at the end', 'prog/', '/a', ['prog/']],
    ['an empty PATH means the work directory', 'prog', '', ['./prog']],
    ['so does an empty directory in it', 'prog', '/a::/b:', ['/a/prog', './prog', '/b/prog']],
    ['a relative directory stays relative', 'prog', 'bin', ['bin/prog']],
    ['a directory counts once', 'prog', '/a:/b:/a:/a', ['/a/prog', '/b/prog']],
    ['"." is a name like others: a directory, refused by execve(2)', '.', '/a', ['/a/.']],
  ])('%s', (_, program, path, candidates) => {
    expect(planCandidates(program, path)).toEqual(candidates);
  });

  it('stays small whatever PATH says', () => {
    expect(planCandidates('prog', ':'.repeat(131_071))).toEqual(['./prog']);
    const many = Array.from({ length: 30_000 }, (_, index) => `/${index}`).join(':');
    expect(planCandidates('prog', many)).toHaveLength(64);
  });

  it('passes over a path that no system call takes, but never leaves nothing to try', () => {
    const long = `/${'d'.repeat(4090)}`;
    expect(planCandidates('prog', `${long}:/a`)).toEqual(['/a/prog']);
    expect(planCandidates('prog', long)).toEqual(['./prog']);
  });
});
