import { describe, expect, it } from 'vitest';
import { fieldName } from '../problem/problem.js';
import { jobSpecSchema } from './job-spec.js';
import { wasiProgramOf } from './wasi.js';

const module = { path: 'main.wasm', content: 'AGFzbQEAAAA=', encoding: 'base64' };
const job = (rest: object = {}) => ({ runtime: 'wasi', files: [module], ...rest });
const defectsOf = (spec: unknown) =>
  jobSpecSchema.safeParse(spec).error?.issues.map(({ path, message }) => `${fieldName(path)}: ${message}`) ??
  [];

describe('a wasi job', () => {
  it('runs main.wasm with the work directory as / unless it says otherwise', () => {
    expect(wasiProgramOf(jobSpecSchema.parse(job()))).toEqual({
      module: 'main.wasm',
      args: [],
      engine: 'wasmer',
      optimize: 'start',
      preopens: [{ path: '/', source: '', readOnly: false }],
    });
  });

  it('has what it asks for', () => {
    const spec = job({
      files: [{ ...module, path: 'bin/a.wasm' }],
      module: 'bin/a.wasm',
      args: ['-v', ''],
      wasiEngine: 'node',
      optimize: 'throughput',
      preopens: [{ path: '.' }, { path: '/data', source: 'in', readOnly: true }],
    });
    expect(wasiProgramOf(jobSpecSchema.parse(spec))).toEqual({
      module: 'bin/a.wasm',
      args: ['-v', ''],
      engine: 'node',
      optimize: 'throughput',
      preopens: [
        { path: '.', source: '', readOnly: false },
        { path: '/data', source: 'in', readOnly: true },
      ],
    });
  });

  it('is what only says so', () => {
    expect(wasiProgramOf(jobSpecSchema.parse({ argv: ['x'] }))).toBeUndefined();
    expect(wasiProgramOf(jobSpecSchema.parse({ runtime: 'native', argv: ['x'] }))).toBeUndefined();
  });

  it.each([
    [job({ argv: ['main.wasm'] }), 'argv: A wasi job runs a module; name its file as "module"'],
    [job({ steps: [{ name: 'a', argv: ['x'] }] }), 'steps: A wasi job runs one module'],
    [job({ seccomp: 'strict' }), 'seccomp: A module makes no system calls of its own'],
    [job({ explain: true }), 'explain: A module makes no system calls of its own'],
    [job({ files: [] }), 'module: No file of the job has the path "main.wasm"'],
    [job({ module: 'other.wasm' }), 'module: No file of the job has the path "other.wasm"'],
    [job({ module: '../x' }), 'module: Path "../x" has a ".." segment'],
    [job({ args: ['a\0'] }), 'args[0]: Must not contain a NUL'],
    [job({ args: Array.from({ length: 4096 }, () => '') }), 'args: At most 4095 arguments'],
    [job({ args: Array.from({ length: 9 }, () => 'a'.repeat(131_000)) }), 'args: "args" and "env" together'],
    [job({ wasiEngine: 'wasmtime' }), 'wasiEngine: Expected one of wasmer, node'],
    [job({ optimize: 'size' }), 'optimize: Expected one of start, throughput'],
    [job({ preopens: [{ path: '' }] }), 'preopens[0].path: The path is empty'],
    [
      job({ preopens: [{ path: 'a\0b' }] }),
      'preopens[0].path: The path has a character that no path can have',
    ],
    [job({ preopens: [{ path: '/' }, { path: '/' }] }), 'preopens[1].path: Path "/" is given twice'],
    [job({ preopens: [{ path: '/', source: '/etc' }] }), 'preopens[0].source: '],
    [job({ preopens: Array.from({ length: 17 }, (_, n) => ({ path: `/${n}` })) }), 'preopens: At most 16'],
    [{ argv: ['x'], args: [] }, 'args: Only a job of the runtime wasi has "args"'],
    [{ argv: ['x'], module: 'a' }, 'module: Only a job of the runtime wasi has "module"'],
    [{ runtime: 'wasm', argv: ['x'] }, 'runtime: Expected one of native, wasi'],
  ])('is refused where it makes no sense %#', (spec, defect) => {
    expect(defectsOf(spec)).toEqual(expect.arrayContaining([expect.stringContaining(defect)]));
  });
});
