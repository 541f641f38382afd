import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');
const MAIN = join(ROOT, 'apps/cli/src/main.ts');

/** The real command, from its sources, to be run in the checkout. */
export const SANDLOT_COMMAND: readonly string[] = [
  process.execPath,
  '--conditions=development',
  '--import',
  'tsx',
  MAIN,
];

export interface SandlotOptions {
  /** Added to an environment without any SANDLOT_ variable. */
  readonly env?: Readonly<Record<string, string>>;
  /** Given on stdin. @default nothing */
  readonly input?: string;
  /** Whether stdin stays open after that, as under a caller that forgets it. @default false */
  readonly keepsStdinOpen?: boolean;
  /** The cgroup v2 directory it starts in. @default that of this process */
  readonly cgroup?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the real command from its sources, as `npx sandlot` would from what is built. */
export function startSandlot(args: readonly string[], options: SandlotOptions = {}): RunningSandlot {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SANDLOT_'));
  const command = [...SANDLOT_COMMAND, ...args];
  const [program = '', ...rest] = options.cgroup === undefined ? command : startIn(options.cgroup, command);
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...options.env },
  });
  // A command that does not read its stdin may be gone before it is written.
  child.stdin.on('error', () => {});
  child.stdin.write(options.input ?? '');
  if (options.keepsStdinOpen !== true) child.stdin.end();
  return new RunningSandlot(child);
}

/** The command line that moves into a cgroup, then becomes the command. */
function startIn(cgroup: string, command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', 'echo 0 >"$0/cgroup.procs" && exec "$@"', cgroup, ...command];
}

/** Runs the real command to its end. */
export async function sandlot(args: readonly string[], options: SandlotOptions = {}): Promise<Ended> {
  return await startSandlot(args, options).ended;
}

/** A command under way, with what it has written so far. */
export class RunningSandlot {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }
}
