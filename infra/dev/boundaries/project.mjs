/**
 * The kinds of projects, and which kinds each may build on. Direction: contract, engine, adapters, apps.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const MAY_IMPORT = {
  contract: [],
  engine: ['contract'],
  adapter: ['contract', 'engine', 'native'],
  testing: ['contract', 'engine'],
  app: ['contract', 'engine', 'adapter', 'app', 'native'],
  native: [],
};

/**
 * A project as its configuration and its import lines tell it.
 *
 * @typedef {object} Project
 * @property {string} name the package name
 * @property {string} folder relative to the root: `libs/engine`
 * @property {string | undefined} type after `type:` in its nx tags
 * @property {readonly string[]} dependencies
 * @property {readonly string[]} devDependencies
 * @property {readonly string[] | undefined} references folders that its tsconfig.json refers to; undefined without one
 * @property {readonly Import[]} imports
 */

/**
 * An import line of a project.
 *
 * @typedef {object} Import
 * @property {string} file relative to the root
 * @property {number} line from 1
 * @property {string} specifier
 * @property {boolean} isTest stands in a test file or in test/
 */
