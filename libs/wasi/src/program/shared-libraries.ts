import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readElf } from './read-elf.js';
import type { CellFile } from './runner-program.js';

/** The path in a line of /proc/<pid>/maps: proc_pid_maps(5). */
const MAPPED_LIBRARY = / (\/.*\.so(?:\.[^/ ]*)?)$/;

/**
 * The libraries that programs need, each with the path under which their dynamic linker finds it, and the linker.
 * Which file a name stands for is taken from what this process has loaded: it is the same Node.
 *
 * @throws {Error} if one is needed that this process has not loaded
 */
export function sharedLibraries(programs: readonly string[]): readonly CellFile[] {
  const loaded = loadedLibraries();
  const linkers = interpreters(programs, loaded);
  const found = new Map<string, CellFile>();
  const ahead = programs.flatMap((program) => readElf(program).needed);
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    // The linker is loaded already when it looks for itself.
    if (found.has(name) || linkers.some(({ target }) => basename(target) === name)) continue;
    const source = loaded.get(name);
    if (source === undefined)
      throw new Error(`Cannot tell which file ${name} is: this process has not loaded it`);
    found.set(name, { source, target: join(dirname(source), name) });
    ahead.push(...readElf(source).needed);
  }
  return [...found.values(), ...linkers];
}

/** By the name others need them by; the file's own name may have a longer version. */
function loadedLibraries(): ReadonlyMap<string, string> {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  const paths = new Set(lines.flatMap((line) => MAPPED_LIBRARY.exec(line)?.[1] ?? []));
  return new Map([...paths].map((path) => [readElf(path).soname ?? path, path]));
}

/** The kernel opens the interpreter under the very path that the program names. */
function interpreters(programs: readonly string[], loaded: ReadonlyMap<string, string>): readonly CellFile[] {
  return programs.flatMap((program) => {
    const { interpreter } = readElf(program);
    if (interpreter === undefined) return [];
    return [{ source: loaded.get(basename(interpreter)) ?? interpreter, target: interpreter }];
  });
}
