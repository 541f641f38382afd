import type { Sandbox } from '@sandlot/engine';
import { createSandbox } from '@sandlot/sandbox';
import type { SandboxConfig } from '../config/sandbox-config.js';

/**
 * Starts the sandbox of this process: cells for programs of this machine.
 *
 * @throws {InfrastructureError} if this host cannot do it, or not what the operator requires.
 */
export async function openSandbox(
  { cgroup, require, seccomp, subordinateIds }: SandboxConfig,
  slots: number,
): Promise<Sandbox> {
  return await createSandbox({ slots, cgroup, require, seccomp, subordinateIds });
}
