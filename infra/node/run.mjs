import { execFileSync } from 'node:child_process';

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {string} what it wrote to stdout
 * @throws {Error} with what it wrote to stderr
 */
export function run(program, args, options = {}) {
  try {
    return execFileSync(program, [...args], {
      ...options,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    const { stderr = '', message } = /** @type {Error & { stderr?: string }} */ (error);
    throw new Error(`${program} ${args.join(' ')} failed: ${stderr === '' ? message : stderr}`, {
      cause: error,
    });
  }
}
