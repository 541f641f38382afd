import type { Tier } from '@sandlot/contract';
import {
  InfrastructureError,
  toInfrastructureError,
  type RunnerProgram,
  type Sandbox,
} from '@sandlot/engine';
import {
  createFencedSandbox,
  createSandbox,
  isSetupFailure,
  type RunnerOptions,
  type SandboxOptions,
} from '@sandlot/sandbox';
import type { SandboxConfig } from '../config/sandbox-config.js';

/**
 * Starts the sandbox of this process: cells for programs of this machine and, unless that is off, for WASI modules; for
 * these alone where there are no namespaces and the operator lets them do without.
 *
 * @throws {InfrastructureError} if this host cannot do it, or not what the operator requires.
 */
export async function openSandbox(config: SandboxConfig, slots: number): Promise<Sandbox> {
  const { cgroup, require, seccomp, subordinateIds, wasiRunners, minimumTier } = config;
  const options = { slots, cgroup, require, seccomp, subordinateIds };
  if (wasiRunners === 'off') return await createSandbox(options);
  // Only now: who runs no modules need not load what they take.
  const { createWasiSandbox, wasiRunner } = await import('@sandlot/wasi');
  const runner = findRunner(wasiRunner, wasiRunners);
  if (runner instanceof Error) return createWasiSandbox(await createSandbox({ ...options, runner }));
  return createWasiSandbox(await openBest(options, runner, minimumTier));
}

/** A worker without a runner still runs programs: why it has none is among its findings. */
function findRunner(wasiRunner: () => RunnerProgram, spare: number): RunnerOptions | Error {
  try {
    return { program: wasiRunner(), spare };
  } catch (error) {
    return toInfrastructureError(error);
  }
}

/** With namespaces, or else without if that will do. */
async function openBest(
  options: SandboxOptions,
  runner: RunnerOptions,
  minimumTier: Tier | undefined,
): Promise<Sandbox> {
  try {
    return await createSandbox({ ...options, runner });
  } catch (error) {
    // What the operator asked for and cannot have is no reason to do with less.
    if (!isSetupFailure(error)) throw error;
    const { code, message } = toInfrastructureError(error);
    if (minimumTier !== 'T4') {
      const hint = minimumTier === undefined ? ` ${WITHOUT_NAMESPACES}` : '';
      throw new InfrastructureError(code, `${message}${hint}`, { cause: error });
    }
    return await createFencedSandbox({ slots: options.slots, runner, reason: message }).catch(
      (worse: unknown) => {
        const why = toInfrastructureError(worse).message;
        throw new InfrastructureError(code, `${message} Nor can WASI jobs run: ${why}`, { cause: error });
      },
    );
  }
}

const WITHOUT_NAMESPACES = 'WASI jobs alone can do without: SANDLOT_MINIMUM_TIER=T4 (docs/wasi.md).';
