/**
 * Runs the modules of WebAssembly/wasi-testsuite, or any laid out like them, with the built runner and without a cell:
 *
 *     node libs/wasi/test/suite/run-suite.mjs --suite DIR [--engine wasmer|node] [--only TEXT] [--node PATH]
 *
 * DIR is searched for `*.wasm`; beside each may lie a `.json` that says how to run it and what to expect. Every test
 * gets a copy of the directory that it names. The suite is no part of this repository.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { decodeRunRecord, encodeRunRequest, READY_LINE, runnerProgram } from '../../dist/index.js';

/**
 * @typedef {import('node:stream').Readable} Readable
 * @typedef {import('node:stream').Writable} Writable
 */

/**
 * How a test is to be run; what is missing is as if empty. `root` is a directory given as `/`; `dirs` are given by
 * their own names.
 *
 * @typedef {object} Specification
 * @property {readonly string[]} [args]
 * @property {Readonly<Record<string, string>>} [env]
 * @property {string} [root]
 * @property {readonly string[]} [dirs]
 * @property {number} [exit_code]
 * @property {string} [stdout]
 * @property {string} [stderr]
 */

const LIMIT_MS = 20_000;

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
  let passed = 0;
  for (const path of modules) {
    const defect = await runTest(join(folder, path));
    if (defect === undefined) passed += 1;
    else process.stdout.write(`FAIL ${relative(folder, join(folder, path))}: ${defect}\n`);
  }
  process.stdout.write(`${values.engine}: ${passed} of ${modules.length} passed\n`);
  return passed === modules.length && passed > 0 ? 0 : 1;
}

/**
 * @param {string} path of the module
 * @returns {Promise<string | undefined>} what differs from what is expected
 */
async function runTest(path) {
  const box = mkdtempSync(join(tmpdir(), 'sandlot-suite-'));
  try {
    const specification = readSpecification(path);
    const { record, stdout, stderr } = await runModule(path, specification, box);
    return describeDefect(specification, record, stdout, stderr);
  } finally {
    rmSync(box, { recursive: true, force: true });
  }
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
 * @param {string} path
 * @param {Specification} specification
 * @param {string} box a folder of its own
 */
async function runModule(path, { args = [], env = {}, root, dirs = [] }, box) {
  const wanted = [
    ...(root === undefined ? [] : [{ name: root, guest: '/' }]),
    ...dirs.map((name) => ({ name, guest: name })),
  ];
  const preopens = wanted.map(({ name, guest }) => {
    cpSync(join(dirname(path), name), join(box, name), { recursive: true });
    return { guest, host: join(box, name), readOnly: false };
  });
  const { files, argv } = runnerProgram();
  const outside = argv.slice(1).map((arg) => files.find(({ target }) => target === arg)?.source ?? arg);
  const runner = spawn(values.node, outside, {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const [, out, err, request, records] = /** @type {[null, Readable, Readable, Writable, Readable]} */ (
    /** @type {unknown} */ (runner.stdio)
  );
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const engine = values.engine === 'node' ? 'node' : 'wasmer';
  const run = /** @type {const} */ ({ engine, args: [basename(path), ...args], env: variables, preopens });
  request.end(encodeRunRequest(run, readFileSync(path)));
  const [stdout, stderr, written] = await Promise.all([buffer(out), buffer(err), buffer(records)]);
  return { record: decodeRunRecord(written.subarray(READY_LINE.length)), stdout, stderr };
}

/**
 * @param {Specification} specification
 * @param {ReturnType<typeof decodeRunRecord>} record
 * @param {Buffer} stdout
 * @param {Buffer} stderr
 */
function describeDefect({ exit_code: exitCode = 0, ...texts }, record, stdout, stderr) {
  if (record?.kind !== 'exited' || record.exitCode !== exitCode) {
    return `${JSON.stringify(record)}, expected exit code ${exitCode}; stderr: ${stderr.toString().slice(0, 300)}`;
  }
  if (texts.stdout !== undefined && stdout.toString() !== texts.stdout) return `stdout: ${stdout.toString()}`;
  if (texts.stderr !== undefined && stderr.toString() !== texts.stderr) return `stderr: ${stderr.toString()}`;
  return undefined;
}
