import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guest } from '../payload/build-guest.js';
import { spawnProgram } from './spawn-program.js';

/** What a program would do that has nothing but Node: node:wasi, in a process of its own and no sandbox. */
const SOURCE = `
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [path, directory, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: ['guest', ...args], preopens: { '/': directory } });
const module = new WebAssembly.Module(readFileSync(path));
process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
`;

/** Runs the module in a new Node with node:wasi. */
export function plainWasi({ directory, path }: Guest): (args: readonly string[]) => Promise<void> {
  const program = join(directory, 'plain.mjs');
  writeFileSync(program, SOURCE);
  const flags = ['--no-turbo-fast-api-calls', '--no-warnings'];
  return async (args) => await spawnProgram(process.execPath, [...flags, program, path, directory, ...args]);
}
