import { open, readdir, readFile, readlink } from 'node:fs/promises';

/** Process ids of all that a process started, and of what these did. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(pids.map(async (each) => [each, await parentOf(each)] as const)));
  const found = [pid];
  for (const parent of found) {
    for (const [child, itsParent] of parents) if (itsParent === parent) found.push(child);
  }
  return found.slice(1);
}

async function parentOf(pid: number): Promise<number | undefined> {
  const text = await readOrNothing(`/proc/${pid}/stat`);
  // The name before it may have blanks and brackets of its own: proc_pid_stat(5).
  const parent = /^\d+ \(.*\) \S (\d+) /s.exec(text.toString('latin1'))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** All that a process holds of text, as far as this user may see it. */
export interface ProcessText {
  readonly environ: Buffer;
  readonly cmdline: Buffer;
  readonly maps: Buffer;
  /** What its descriptors lead to. */
  readonly descriptors: readonly string[];
  /** What it may write to of its memory. */
  readonly memory: Buffer;
}

export async function lookInto(pid: number): Promise<ProcessText> {
  const maps = await readOrNothing(`/proc/${pid}/maps`);
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return {
    environ: await readOrNothing(`/proc/${pid}/environ`),
    cmdline: await readOrNothing(`/proc/${pid}/cmdline`),
    maps,
    descriptors: await Promise.all(
      fds.map(async (fd) => await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    ),
    memory: await readMemory(pid, maps.toString()),
  };
}

async function readMemory(pid: number, maps: string): Promise<Buffer> {
  const handle = await open(`/proc/${pid}/mem`).catch(() => undefined); // of another user, or not dumpable
  if (handle === undefined) return Buffer.alloc(0);
  const parts: Buffer[] = [];
  for (const [, from = '', to = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
    const start = Number.parseInt(from, 16);
    const part = Buffer.alloc(Number.parseInt(to, 16) - start);
    const read = await handle.read(part, 0, part.length, start).catch(() => undefined); // a guard page
    if (read !== undefined) parts.push(part);
  }
  await handle.close();
  return Buffer.concat(parts);
}

async function readOrNothing(path: string): Promise<Buffer> {
  return await readFile(path).catch(() => Buffer.alloc(0)); // gone, or not for this user
}
