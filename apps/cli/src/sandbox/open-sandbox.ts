import { toInfrastructureError, type RunnerProgram, type Sandbox } from '@sandlot/engine';
import { createSandbox, type RunnerOptions } from '@sandlot/sandbox';
import type { SandboxConfig } from '../config/sandbox-config.js';

/**
 * Starts the sandbox of this process: cells for programs of this machine and, unless that is off, for WASI modules.
 *
 * @throws {InfrastructureError} if this host cannot do it, or not what the operator requires.
 */
export async function openSandbox(
  { cgroup, require, seccomp, subordinateIds, wasiRunners }: SandboxConfig,
  slots: number,
): Promise<Sandbox> {
  const options = { slots, cgroup, require, seccomp, subordinateIds };
  if (wasiRunners === 'off') return await createSandbox(options);
  // Only now: who runs no modules need not load what they take.
  const { createWasiSandbox, wasiRunner } = await import('@sandlot/wasi');
  return createWasiSandbox(await createSandbox({ ...options, runner: findRunner(wasiRunner, wasiRunners) }));
}

/** A worker without a runner still runs programs: why it has none is among its findings. */
function findRunner(wasiRunner: () => RunnerProgram, spare: number): RunnerOptions | Error {
  try {
    return { program: wasiRunner(), spare };
  } catch (error) {
    return toInfrastructureError(error);
  }
}
