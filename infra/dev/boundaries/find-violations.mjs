import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { MAY_IMPORT } from './project.mjs';

/** @typedef {import('./project.mjs').Project} Project */
/** @typedef {import('./project.mjs').Import} Import */

const PURE_TYPES = ['contract', 'engine'];

/** Built-ins that only compute: what they give depends on their arguments alone. */
const PURE_BUILTINS = ['assert', 'buffer', 'crypto', 'events', 'path', 'string_decoder', 'url', 'util'];

/** Packages that act on the world; contract and engine never see them, not even in tests. */
const EFFECTFUL_PACKAGE = /^(koffi|bullmq|ioredis|fastify|@fastify\/.+)$/;

/**
 * Holds the projects to the architecture. An empty answer is a clean workspace.
 *
 * @param {readonly Project[]} projects
 * @param {readonly string[]} rootTools development dependencies of the root: for tests only
 * @returns {readonly string[]} one line per violation: where, what, and the rule
 */
export function findViolations(projects, rootTools) {
  const byName = new Map(projects.map((project) => [project.name, project]));
  return projects.flatMap((project) => [
    ...checkType(project),
    ...checkDependencies(project, byName),
    ...checkReferences(project, byName),
    ...project.imports.flatMap((line) => {
      const defect = importDefect(line, project, byName, rootTools);
      return defect === undefined ? [] : [`${line.file}:${line.line} imports ${line.specifier}: ${defect}`];
    }),
  ]);
}

/** @param {Project} project */
function checkType({ folder, type }) {
  if (type !== undefined && Object.hasOwn(MAY_IMPORT, type)) return [];
  const known = Object.keys(MAY_IMPORT).map((each) => `type:${each}`);
  return [`${folder}/package.json: nx.tags must hold one of ${known.join(', ')}`];
}

/**
 * @param {Project} project
 * @param {ReadonlyMap<string, Project>} byName
 */
function checkDependencies(project, byName) {
  return project.dependencies.flatMap((name) => {
    const defect = directionDefect(project, byName.get(name)) ?? effectDefect(project, name);
    return defect === undefined ? [] : [`${project.folder}/package.json depends on ${name}: ${defect}`];
  });
}

/**
 * `tsc -b` orders projects by references, Nx by dependencies; they must tell the same story.
 *
 * @param {Project} project
 * @param {ReadonlyMap<string, Project>} byName
 */
function checkReferences({ folder, dependencies, references }, byName) {
  if (references === undefined) return [];
  const built = dependencies
    .map((name) => byName.get(name))
    .flatMap((project) => (project?.references === undefined ? [] : [project.folder]));
  const missing = built.filter((path) => !references.includes(path));
  const excess = references.filter((path) => !built.includes(path));
  return [
    ...missing.map((path) => `${folder}/tsconfig.json: ${path}, a dependency, is missing in references`),
    ...excess.map(
      (path) => `${folder}/tsconfig.json refers to ${path}, which package.json does not depend on`,
    ),
  ];
}

/**
 * @param {Import} line
 * @param {Project} project
 * @param {ReadonlyMap<string, Project>} byName
 * @param {readonly string[]} rootTools
 * @returns {string | undefined} the rule that the import breaks
 */
function importDefect(line, project, byName, rootTools) {
  const { specifier } = line;
  if (specifier.startsWith('.')) return relativeDefect(line, project);
  if (isBuiltin(specifier)) return builtinDefect(line, project);
  const name = packageName(specifier);
  const target = byName.get(name);
  if (target?.type === 'testing' && line.isTest) return undefined;
  return (
    directionDefect(project, target) ??
    effectDefect(project, name) ??
    declarationDefect(line, project, name, rootTools) ??
    entryDefect(specifier, name, target)
  );
}

/**
 * @param {Import} line
 * @param {Project} project
 */
function relativeDefect({ file, specifier }, { folder }) {
  const target = join(dirname(file), specifier);
  return target.startsWith(`${folder}/`)
    ? undefined
    : 'a relative path must not leave its project; import another project by its package name';
}

/**
 * @param {Import} line
 * @param {Project} project
 */
function builtinDefect({ specifier, isTest }, { type }) {
  if (isTest || !PURE_TYPES.includes(type ?? '')) return undefined;
  const module = specifier.replace('node:', '').split('/')[0] ?? '';
  if (PURE_BUILTINS.includes(module)) return undefined;
  return `${type} is pure: no built-in with effects (allowed: ${PURE_BUILTINS.join(', ')}); let an adapter do it behind a port`;
}

/**
 * @param {Project} project
 * @param {Project | undefined} target
 */
function directionDefect({ name, type = '' }, target) {
  if (target === undefined || target.name === name) return undefined;
  const allowed = MAY_IMPORT[type] ?? [];
  if (allowed.includes(target.type ?? '')) return undefined;
  if (type === 'adapter' && target.type === 'adapter')
    return 'an adapter meets no other adapter; only apps compose';
  return `type:${type} builds on ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}, not on type:${target.type}`;
}

/**
 * @param {Project} project
 * @param {string} name of a package
 */
function effectDefect({ type }, name) {
  if (!PURE_TYPES.includes(type ?? '') || !EFFECTFUL_PACKAGE.test(name)) return undefined;
  return `${type} is pure and never sees ${name}; it belongs to an adapter or app`;
}

/**
 * @param {Import} line
 * @param {Project} project
 * @param {string} name
 * @param {readonly string[]} rootTools
 */
function declarationDefect({ isTest }, { type, dependencies, devDependencies }, name, rootTools) {
  if (dependencies.includes(name)) return undefined;
  // Conformance suites are tests that live in src/.
  const mayUseTools = isTest || type === 'testing';
  if (mayUseTools && (devDependencies.includes(name) || rootTools.includes(name))) return undefined;
  return 'not declared in the dependencies of its package.json';
}

/**
 * @param {string} specifier
 * @param {string} name
 * @param {Project | undefined} target
 */
function entryDefect(specifier, name, target) {
  if (target === undefined || specifier === name || specifier === `${name}/package.json`) return undefined;
  return `only ${name} itself (its src/index.ts) may be reached`;
}

/** @param {string} specifier */
function packageName(specifier) {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
