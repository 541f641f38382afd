import { spawn } from 'node:child_process';

/** Runs a program through Node's own spawn with three pipes, until its streams have closed. @throws unless it exits 0. */
export function spawnProgram(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    child.stdin.end();
    child.stdout.resume();
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} exited with ${code}: ${errors}`));
    });
  });
}
