import { describe, expect, it } from 'vitest';
import { fieldName } from '../problem/problem.js';
import { jobSpecSchema } from './job-spec.js';

/** `field: message` of everything wrong with a spec. */
const defectsOf = (spec: unknown) =>
  jobSpecSchema.safeParse(spec).error?.issues.map(({ path, message }) => `${fieldName(path)}: ${message}`) ??
  [];
/** Half of what arguments and environment may take together. */
const longEnvironment = (name: string) =>
  Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`${name}${n}`, 'x'.repeat(130_000)]));
const job = (rest: object) => ({ argv: ['x'], ...rest });

describe('jobSpecSchema', () => {
  it('fills in everything but argv and the limits', () => {
    expect(jobSpecSchema.parse({ argv: ['/bin/true'] })).toEqual({
      argv: ['/bin/true'],
      files: [],
      stdin: '',
      env: {},
      limits: {},
      labels: {},
      explain: false,
      artifacts: [],
    });
    expect(jobSpecSchema.parse(job({ files: [{ path: 'a', content: '' }] })).files).toEqual([
      { path: 'a', content: '', encoding: 'utf8', mode: '0644' },
    ]);
  });

  it('does not change what it has parsed once', () => {
    const spec = jobSpecSchema.parse({
      argv: ['python3', 'main.py', ''],
      files: [{ path: 'main.py', content: 'cHJpbnQoKQ==', encoding: 'base64', mode: '755' }],
      stdin: { content: 'AA==', encoding: 'base64' },
      env: { PATH: '', 'odd name': 'ü=1' },
      limits: { wallTimeMs: 5000, outputBytes: 65_536 },
      labels: { 'team/a': '' },
    });
    expect(jobSpecSchema.parse(spec)).toEqual(spec);
  });

  it.each([
    [undefined, ': Required: a job'],
    [null, ': Expected a job, such as {"argv": ["/bin/echo", "hello"]}, received null'],
    [[], ': Expected a job, such as {"argv": ["/bin/echo", "hello"]}, received a list'],
    [{}, 'argv: Required: the program and its arguments as a list'],
    [{ argv: 'ls -l' }, 'argv: Expected the program and its arguments as a list'],
    [{ argv: [] }, 'argv: Expected at least the program to run'],
    [{ argv: [''] }, 'argv[0]: The program name is empty'],
    [{ argv: ['a'.repeat(4096)] }, 'argv[0]: The program name is longer than 4095 bytes'],
    [{ argv: ['x', 3] }, 'argv[1]: Expected a string, received 3'],
    [{ argv: ['x', 'a\0b'] }, 'argv[1]: Must not contain a NUL'],
    [{ argv: ['x', '\ud83d'] }, 'argv[1]: Must not contain half a surrogate pair'],
    [{ argv: ['x', 'a'.repeat(131_072)] }, 'argv[1]: Must be at most 131071 bytes'],
    [{ argv: ['x', 'é'.repeat(65_536)] }, 'argv[1]: Must be at most 131071 bytes'],
    [{ argv: Array.from({ length: 4097 }, () => 'x') }, 'argv: At most 4096 arguments'],
    [
      { argv: ['x', ...Array.from({ length: 8 }, () => 'a'.repeat(131_071))] },
      'argv: "argv" and "env" together',
    ],
    [job({ env: { '': 'x' } }), 'env[""]: An environment name must not be empty'],
    [job({ env: { 'A=B': 'x' } }), 'env["A=B"]: An environment name must not'],
    [job({ env: { 'A\0': 'x' } }), 'env["A\\u0000"]: An environment name must not'],
    [job({ env: { A: 'x\0' } }), 'env.A: Must not contain a NUL'],
    [job({ env: { A: 1 } }), 'env.A: Expected a string, received 1'],
    [job({ env: { A: 'a'.repeat(131_071) } }), 'env.A: Name and value together must be at most'],
    [
      job({ env: Object.fromEntries(Array.from({ length: 4097 }, (_, n) => [`V${n}`, ''])) }),
      'env: At most 4096 variables; pass more as a file',
    ],
    [job({ env: ['A=B'] }), 'env: Expected an object of names and values'],
    [job({ labels: { 'a b': '' } }), 'labels["a b"]: A label name has 1–63'],
    [job({ labels: { ['a'.repeat(64)]: '' } }), ': A label name has 1–63'],
    [job({ labels: { a: 'x'.repeat(257) } }), 'labels.a: A label has at most 256 characters'],
    [
      job({ labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`l${n}`, ''])) }),
      'labels: At most 32',
    ],
    [job({ stdin: 3 }), 'stdin: Expected text, or {"content"'],
    [job({ stdin: { content: '', encoding: 'hex' } }), 'stdin: Expected text, or {"content"'],
    [job({ stdin: '\ud83d' }), 'stdin: Contains half a surrogate pair'],
    [job({ stdin: { content: '*', encoding: 'base64' } }), 'stdin.content: Expected base64'],
    [job({ files: {} }), 'files: Expected a list of files, received an object'],
    [job({ files: [{ content: '' }] }), 'files[0].path: Required: a path'],
    [job({ files: [{ path: 'a' }] }), 'files[0].content: Required: text'],
    [
      job({ files: [{ path: 'a', content: '', mode: 420 }] }),
      'files[0].mode: Expected an octal file mode as a string',
    ],
    [
      job({ files: [{ path: 'a', content: '', mode: '4755' }] }),
      'files[0].mode: Expected an octal file mode',
    ],
    [job({ files: [{ path: 'a', content: '', mode: '888' }] }), 'files[0].mode: Expected an octal file mode'],
    [
      job({ files: Array.from({ length: 1025 }, (_, n) => ({ path: `${n}`, content: '' })) }),
      'files: At most 1024',
    ],
  ])('says what is wrong with %#', (spec, defect) => {
    expect(defectsOf(spec)).toEqual([expect.stringContaining(defect)]);
  });

  it.each([
    [job({ argz: [] }), 'argz'],
    [job({ limits: { timeMs: 1 } }), 'timeMs'],
    [job({ files: [{ path: 'a', content: '', base64: true }] }), 'base64'],
    [job({ stdin: { content: '', text: '' } }), 'text'],
  ])('refuses an unknown field %#', (spec, name) => {
    expect(defectsOf(spec)).toEqual([expect.stringContaining(`Unknown field "${name}"; known are `)]);
  });

  it('names but a few of many unknown fields', () => {
    const strangers = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`s${n}`, 1]));
    expect(defectsOf(job(strangers))).toEqual([expect.stringContaining('"s7" and 992 more; known are argv')]);
  });

  describe('with steps', () => {
    const steps = (...changes: readonly object[]) => ({
      steps: changes.map((change, index) => ({ name: `s${index}`, argv: ['x'], ...change })),
    });

    it('fills in what a step may leave out', () => {
      expect(jobSpecSchema.parse(steps({}))).toEqual({
        steps: [{ name: 's0', argv: ['x'], env: {}, stdin: '', limits: {} }],
        files: [],
        stdin: '',
        env: {},
        limits: {},
        labels: {},
        explain: false,
        artifacts: [],
      });
    });

    it('takes what a step has of its own', () => {
      const spec = jobSpecSchema.parse({
        ...steps({ env: { A: '1' }, stdin: 'in', limits: { wallTimeMs: 5 } }, { name: '-2-' }),
        env: { B: '2' },
        limits: { diskBytes: 1_048_576 },
      });
      expect(jobSpecSchema.parse(spec)).toEqual(spec);
    });

    it.each([
      [{ ...steps({}), argv: ['x'] }, 'argv: A job has "argv" or "steps", not both'],
      [{ ...steps({}), stdin: 'x' }, 'stdin: Each step has its own stdin; give it as steps[0].stdin'],
      [{ steps: {} }, 'steps: Expected a list of steps, such as [{"name": "run"'],
      [steps(), 'steps: Expected at least one step'],
      [steps({}, {}, {}, {}, {}, {}, {}, {}, {}), 'steps: At most 8 steps'],
      [steps({}, { name: 's0' }), 'steps[1].name: Name "s0" is given twice'],
      [steps({ name: 'Run' }), 'steps[0].name: Expected a name of 1–32 of a–z 0–9 -'],
      [steps({ name: 'a'.repeat(33) }), 'steps[0].name: Expected a name of 1–32 of a–z 0–9 -'],
      [{ steps: [{ argv: ['x'] }] }, 'steps[0].name: Required: a name of 1–32 of a–z 0–9 -'],
      [{ steps: [{ name: 'a' }] }, 'steps[0].argv: Required: the program and its arguments as a list'],
      [steps({ argv: [''] }), 'steps[0].argv[0]: The program name is empty'],
      [steps({ stdin: 3 }), 'steps[0].stdin: Expected text, or {"content"'],
      [steps({ env: { A: 'a'.repeat(131_071) } }), 'steps[0].env.A: Name and value together must be'],
      [steps({ limits: { diskBytes: 1 } }), 'steps[0].limits.diskBytes: Belongs to the whole job'],
      [steps({}, { limits: { inodes: 9 } }), 'steps[1].limits.inodes: Belongs to the whole job'],
      [steps({ limits: { pids: 0 } }), 'steps[0].limits.pids: Expected an integer from 1 to 4096'],
      [steps({ labels: {} }), 'steps[0]: Unknown field "labels"; known are name, argv, env, stdin, limits'],
      [
        { ...steps({ env: longEnvironment('A') }, {}), env: longEnvironment('B') },
        'steps[0].argv: "argv" and "env" together',
      ],
    ])('says what is wrong with %#', (spec, defect) => {
      expect(defectsOf(spec)).toEqual([expect.stringContaining(defect)]);
    });
  });

  it('takes arguments at their limits', () => {
    const largest = ['x', ...Array.from({ length: 7 }, () => 'a'.repeat(131_071))];
    expect(defectsOf({ argv: largest })).toEqual([]);
    expect(defectsOf({ argv: Array.from({ length: 4096 }, () => '').with(0, 'x') })).toEqual([]);
  });
});
