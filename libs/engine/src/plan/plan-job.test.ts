import { describe, expect, it } from 'vitest';
import { someLimits } from '../../test/some-limits.js';
import {
  DEFAULT_ENVIRONMENT,
  planCandidates,
  planJob,
  type PlannableJob,
  type PlannableStep,
} from './plan-job.js';

const step = (changes: Partial<PlannableStep> = {}): PlannableStep => ({
  name: 'run',
  argv: ['prog', 'a b', ''],
  env: {},
  limits: someLimits(),
  stdin: Buffer.from('in'),
  ...changes,
});
const job = (changes: Partial<PlannableJob> = {}): PlannableJob => ({
  env: {},
  limits: someLimits(),
  files: [],
  steps: [step()],
  ...changes,
});
const stepOf = (changes: Partial<PlannableJob>) => planJob(job(changes)).steps[0];

describe('planJob', () => {
  it('plans one cell with the job’s limits and files, and its steps in order', () => {
    const content = Buffer.from('x');
    const limits = someLimits({ pids: 7 });
    const steps = [step({ limits }), step({ name: 'two', argv: ['/x'], stdin: Buffer.from('2') })];
    const plan = planJob(job({ limits, steps, files: [{ path: 'bin/run', mode: '0755', content }] }));
    expect(plan.cell).toEqual({ limits, files: [{ path: 'bin/run', mode: 0o755, content }] });
    expect(plan.steps).toMatchObject([
      { name: 'run', argv: ['prog', 'a b', ''], limits, stdin: Buffer.from('in') },
      { name: 'two', argv: ['/x'], candidates: ['/x'], limits: someLimits(), stdin: Buffer.from('2') },
    ]);
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
    const planned = stepOf({ env: { PATH: '/opt/bin', HOME: '', EXTRA: 'a=b' } });
    expect(planned?.env).toEqual([
      'PATH=/opt/bin',
      'HOME=',
      `LANG=${DEFAULT_ENVIRONMENT['LANG']}`,
      'EXTRA=a=b',
    ]);
    expect(planned?.candidates).toEqual(['/opt/bin/prog']);
  });

  it('lays the environment of a step over that of the job, and Sandlot’s own over both', () => {
    const env = { A: 'job', B: 'job', C: 'job', PATH: '/job' };
    const steps = [step({ env: { B: 'step', C: 'step', PATH: '/step' } }), step()];
    const [first, second] = planJob(job({ env, steps }), { C: 'own' }).steps;
    expect(first?.env).toEqual(expect.arrayContaining(['A=job', 'B=step', 'C=own', 'PATH=/step']));
    expect(first?.candidates).toEqual(['/step/prog']);
    expect(second?.env).toEqual(expect.arrayContaining(['A=job', 'B=job', 'C=own', 'PATH=/job']));
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
