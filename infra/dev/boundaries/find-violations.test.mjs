import { describe, expect, it } from 'vitest';
import { findViolations } from './find-violations.mjs';

const TOOLS = ['vitest', 'fast-check'];

/** @typedef {import('./project.mjs').Project} Project */

/**
 * A workspace without a violation; `changes` of one project are laid over it.
 *
 * @param {Readonly<Record<string, Partial<Project>>>} [changes]
 */
function workspace(changes = {}) {
  const deps = ['@x/contract', '@x/engine'];
  const references = ['libs/contract', 'libs/engine'];
  return [
    project('libs/contract', { type: 'contract', dependencies: ['zod'] }),
    project('libs/engine', { type: 'engine', dependencies: ['@x/contract'], references: ['libs/contract'] }),
    project('libs/queue', { type: 'adapter', dependencies: [...deps, 'bullmq'], references }),
    project('libs/store', { type: 'adapter', dependencies: deps, references }),
    project('libs/testing', { type: 'testing', dependencies: deps, references }),
    project('apps/api', {
      type: 'app',
      dependencies: [...deps, '@x/queue'],
      references: [...references, 'libs/queue'],
    }),
    project('native', { type: 'native', references: undefined }),
  ].map((each) => ({ ...each, ...changes[each.folder] }));
}

/**
 * @param {string} folder
 * @param {Partial<Project>} parts
 * @returns {Project}
 */
function project(folder, parts) {
  const name = `@x/${folder.split('/').at(-1)}`;
  return {
    name,
    folder,
    type: undefined,
    dependencies: [],
    devDependencies: [],
    references: [],
    imports: [],
    ...parts,
  };
}

/**
 * The violations of one import line in an otherwise clean workspace.
 *
 * @param {string} file
 * @param {string} specifier
 * @param {Partial<Project>} [parts] of the project that holds the file
 */
function violationsOf(file, specifier, parts = {}) {
  const folder = file.split('/').slice(0, 2).join('/');
  const isTest = file.includes('.test.') || file.includes('/test/');
  const imports = [{ file, line: 3, specifier, isTest }];
  return findViolations(workspace({ [folder]: { ...parts, imports } }), TOOLS);
}

describe('a clean workspace', () => {
  it.each([
    ['libs/engine/src/a.ts', '@x/contract'],
    ['libs/engine/src/a.ts', './b.js'],
    ['libs/engine/src/a.ts', 'node:path'],
    ['libs/engine/src/a.test.ts', 'node:fs'],
    ['libs/engine/src/a.test.ts', 'vitest'],
    ['libs/engine/src/a.test.ts', '@x/testing'],
    ['libs/queue/src/deep/a.ts', '../b.js'],
    ['libs/queue/src/a.ts', 'node:fs/promises'],
    ['libs/queue/src/a.ts', 'bullmq'],
    ['libs/testing/src/suite.ts', 'vitest'],
    ['apps/api/src/main.ts', '@x/queue'],
    ['apps/api/test/a.ts', '../src/main.js'],
  ])('lets %s import %s', (file, specifier) => {
    expect(violationsOf(file, specifier)).toEqual([]);
  });
});

describe('an import that breaks a rule', () => {
  it.each([
    ['contract reaches up', 'libs/contract/src/a.ts', '@x/engine', /builds on nothing of ours/],
    ['engine reaches up', 'libs/engine/src/a.ts', '@x/queue', /builds on contract, not on type:adapter/],
    ['an adapter meets another', 'libs/store/src/a.ts', '@x/queue', /meets no other adapter/],
    ['an adapter meets another in a test', 'libs/store/test/a.ts', '@x/queue', /meets no other adapter/],
    ['an adapter reaches an app', 'libs/store/src/a.ts', '@x/api', /not on type:app/],
    ['testing reaches an adapter', 'libs/testing/src/a.ts', '@x/store', /not on type:adapter/],
    ['shipped code uses the test library', 'apps/api/src/main.ts', '@x/testing', /not on type:testing/],
    ['a package is not declared', 'apps/api/src/main.ts', 'pino', /not declared/],
    ['a project is not declared', 'apps/api/src/main.ts', '@x/store', /not declared/],
    ['a test tool in shipped code', 'apps/api/src/main.ts', 'vitest', /not declared/],
    ['a path leaves its project', 'apps/api/src/main.ts', '../../../libs/queue/src/a.js', /must not leave/],
    ['a sibling of like name', 'libs/queue/src/a.ts', '../../queue-extra/a.js', /must not leave/],
    ['more than the entry', 'apps/api/src/main.ts', '@x/queue/src/lease.js', /only @x\/queue itself/],
    ['a file in engine', 'libs/engine/src/a.ts', 'node:fs', /no built-in with effects/],
    ['a process without prefix', 'libs/contract/src/a.ts', 'child_process', /no built-in with effects/],
    ['a subpath of a built-in', 'libs/engine/src/a.ts', 'node:timers/promises', /no built-in with effects/],
  ])('is named when %s', (_what, file, specifier, rule) => {
    const violations = violationsOf(file, specifier);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`${file}:3 imports ${specifier}`);
    expect(violations[0]).toMatch(rule);
  });

  it.each(['koffi', 'bullmq', 'ioredis', 'fastify', '@fastify/sse'])(
    'is named when engine sees %s',
    (name) => {
      const parts = { dependencies: ['@x/contract', name] };
      for (const file of ['libs/engine/src/a.ts', 'libs/engine/test/a.ts']) {
        const [declared, imported] = violationsOf(file, name, parts);
        expect(declared).toMatch(/package\.json depends on .*engine is pure/);
        expect(imported).toMatch(/imports .*engine is pure/);
      }
    },
  );
});

describe('a configuration that breaks a rule', () => {
  it.each([
    ['there is no type tag', { type: undefined }, /nx\.tags must hold one of type:contract/],
    ['the type is unknown', { type: 'lib' }, /nx\.tags must hold one of type:contract/],
    [
      'a dependency points up',
      { dependencies: ['@x/contract', '@x/api'], references: ['libs/contract', 'apps/api'] },
      /libs\/engine\/package\.json depends on @x\/api: type:engine builds on contract/,
    ],
    ['a reference is missing', { references: [] }, /libs\/contract, a dependency, is missing/],
    ['a reference is in excess', { references: ['libs/contract', 'libs/store'] }, /refers to libs\/store/],
  ])('is named when %s', (_what, parts, rule) => {
    expect(findViolations(workspace({ 'libs/engine': parts }), TOOLS).join('\n')).toMatch(rule);
  });
});
