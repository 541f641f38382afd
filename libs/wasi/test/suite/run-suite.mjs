/**
 * Runs the modules of WebAssembly/wasi-testsuite, or any laid out like them, each as a job by the built `sandlot run --wasi`,
 * with the cell, limits, system call filter and admission that any module gets here:
 *
 *     node libs/wasi/test/suite/run-suite.mjs --suite DIR [--engine wasmer|node] [--only TEXT] [--node PATH]
 *
 * The suite is no part of this repository. DIR, at any depth, holds
 *
 *     NAME.wasm   a test
 *     NAME.json   how to run it and what to expect, see Specification; without it: no arguments, no directories, exit code 0
 *     FOLDER/     directories that a NAME.json beside them names
 *
 * Every test gets its own copy of those. What `--file` cannot give is told: a NOTE, and again where the test fails.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/**
 * How a test is to be run; what is missing is as if empty. `root` is a directory given as `/`; `dirs` are given by
 * their own names.
 *
 * @typedef {object} Specification
 * @property {readonly string[]} [args]
 * @property {Readonly<Record<string, string>>} [env]
 * @property {string} [root]
 * @property {readonly string[]} [dirs]
 * @property {number} [exit_code] of 32 bits
 * @property {string} [stdout]
 * @property {string} [stderr]
 */

/**
 * Paths below a directory of a test: those given by `--file`, and what cannot be.
 *
 * @typedef {{ readonly files: readonly string[], readonly withheld: readonly string[] }} Content
 */

/**
 * @typedef {import('@sandlot/contract').JobDocument} JobDocument
 * @typedef {{ readonly code: number | null, readonly document?: JobDocument, readonly stderr: string }} End
 */

const SANDLOT = join(import.meta.dirname, '../../../../apps/cli/bin/sandlot.js');
/** The limits of the job are far below: who needs this long does not end at all. */
const LIMIT_MS = 60_000;

const { values } = parseArgs({
  options: {
    suite: { type: 'string' },
    engine: { type: 'string', default: 'wasmer' },
    only: { type: 'string', default: '' },
    node: { type: 'string', default: process.execPath },
  },
});
if (values.suite === undefined) throw new Error('Expected --suite DIR, a folder with *.wasm');
process.exitCode = await runSuite(values.suite);

/** @param {string} folder */
async function runSuite(folder) {
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.wasm') && path.includes(values.only))
    .toSorted();
  const notes = new Set();
  const tiers = new Set();
  let passed = 0;
  for (const path of modules) {
    const { defect, withheld, tier } = await runTest(join(folder, path));
    for (const item of withheld.map((name) => join(dirname(path), name))) {
      if (!notes.has(item)) process.stdout.write(`NOTE ${item}: --file cannot give it\n`);
      notes.add(item);
    }
    if (tier !== undefined) tiers.add(tier);
    if (defect === undefined) passed += 1;
    else process.stdout.write(`FAIL ${path}: ${defect}\n`);
  }
  const where = `tier ${[...tiers].join(', ') || 'unknown'}`;
  process.stdout.write(`${values.engine}: ${passed} of ${modules.length} passed (${where})\n`);
  return passed === modules.length && passed > 0 ? 0 : 1;
}

/** @param {string} path of the module */
async function runTest(path) {
  const specification = readSpecification(path);
  const { root, dirs = [] } = specification;
  const names = [...(root === undefined ? [] : [root]), ...dirs];
  const missing = names.find((name) => !existsSync(join(dirname(path), name)));
  if (missing !== undefined) return { defect: `its directory ${missing} is missing`, withheld: [] };
  const contents = names.map((name) => readContent(dirname(path), name));
  const withheld = contents.flatMap((content) => content.withheld);
  const files = contents.flatMap((content) => content.files);
  const end = await runModule(path, specification, files);
  const defect = describeDefect(specification, end);
  const without = withheld.length === 0 ? '' : `; it ran without ${withheld.join(', ')}`;
  return {
    defect: defect === undefined ? undefined : `${defect}${without}`,
    withheld,
    tier: end.document?.tier,
  };
}

/**
 * @param {string} path
 * @returns {Specification}
 */
function readSpecification(path) {
  const file = path.replace(/\.wasm$/, '.json');
  if (!existsSync(file)) return {};
  return /** @type {Specification} */ (JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * The directory itself may be empty: `--preopen` makes one that is missing.
 *
 * @param {string} base
 * @param {string} folder below it
 * @returns {Content}
 */
function readContent(base, folder) {
  const contents = readdirSync(join(base, folder), { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const content = readContent(base, path);
      const isEmpty = content.files.length === 0 && content.withheld.length === 0;
      return isEmpty ? { files: [], withheld: [`${path} (empty directory)`] } : content;
    }
    if (!entry.isFile()) return { files: [], withheld: [`${path} (no regular file)`] };
    return path.includes('=')
      ? { files: [], withheld: [`${path} (has a =)`] }
      : { files: [path], withheld: [] };
  });
  return {
    files: contents.flatMap(({ files }) => files),
    withheld: contents.flatMap(({ withheld }) => withheld),
  };
}

/**
 * @param {string} path
 * @param {Specification} specification
 * @param {readonly string[]} files of its directories
 * @returns {Promise<End>}
 */
async function runModule(path, { args = [], env = {}, root, dirs = [] }, files) {
  const preopens = [...(root === undefined ? [] : [`/=${root}`]), ...dirs.map((name) => `${name}=${name}`)];
  const options = [
    ...files.flatMap((file) => ['--file', `${join(dirname(path), file)}=${file}`]),
    ...(preopens.length === 0 ? ['--no-preopens'] : preopens.flatMap((preopen) => ['--preopen', preopen])),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
  const module = ['--wasi', `${path}=${basename(path)}`, '--wasi-engine', values.engine];
  const run = spawn(values.node, [SANDLOT, 'run', '--json', ...module, ...options, '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise((resolve, reject) => run.once('close', resolve).once('error', reject));
  const [stdout, stderr] = await Promise.all([text(run.stdout), text(run.stderr), ended]);
  const document = stdout === '' ? {} : { document: /** @type {JobDocument} */ (JSON.parse(stdout)) };
  return { code: run.exitCode, stderr, ...document };
}

/**
 * @param {Specification} specification
 * @param {End} end
 * @returns {string | undefined} what differs from what is expected
 */
function describeDefect({ exit_code: exitCode = 0, ...texts }, { code, document, stderr }) {
  if (document?.outcome === undefined) return `no outcome, sandlot run ended with ${code}: ${stderr.trim()}`;
  const actual = { stdout: textOf(document.output?.stdout), stderr: textOf(document.output?.stderr) };
  if (exitCodeOf(document.outcome, code) !== exitCode >>> 0) {
    const outcome = JSON.stringify(document.outcome);
    return `${outcome}, code ${code}, expected exit code ${exitCode}; stderr: ${actual.stderr.slice(0, 300).trim()}`;
  }
  if (texts.stdout !== undefined && actual.stdout !== texts.stdout) return `stdout: ${actual.stdout}`;
  if (texts.stderr !== undefined && actual.stderr !== texts.stderr) return `stderr: ${actual.stderr}`;
  return undefined;
}

/**
 * The command's own exit code, unless the module's is beyond 255 (docs/wasi.md). A trap is 134, as an abort is for other
 * hosts. Any other end, a limit for one, is no exit code of a module.
 *
 * @param {NonNullable<JobDocument['outcome']>} outcome
 * @param {number | null} code
 */
function exitCodeOf(outcome, code) {
  if (outcome.kind === 'exited') return outcome.wasiExitCode ?? code;
  return outcome.kind === 'wasm-trap' ? code : undefined;
}

/** @param {NonNullable<JobDocument['output']>['stdout'] | undefined} output */
function textOf(output) {
  if (output === undefined) return '';
  return output.encoding === 'utf8' ? output.text : Buffer.from(output.base64, 'base64').toString();
}
