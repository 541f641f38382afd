import { InfrastructureError, type Sandbox } from '@sandlot/engine';
import { tryLibrary } from '../native/try-library.js';
import type { RunnerOptions } from '../create-sandbox.js';

export interface FencedOptions {
  /** Cells that can be open at once. Range 1–1024. */
  readonly slots: number;
  readonly runner: RunnerOptions;
  /** Why there are no namespaces. */
  readonly reason: string;
}

/**
 * Starts a sandbox for runners on a machine that has no namespaces for us (docs/decisions/0016). It has tried that one can
 * be started when it resolves.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if this cannot be had either: as uid 0, or where Landlock is missing
 * or older than Linux 6.2.
 */
export async function createFencedSandbox(options: FencedOptions): Promise<Sandbox> {
  if (process.geteuid?.() === 0) {
    throw new InfrastructureError(
      'sandbox-setup-failed',
      'Without namespaces a module would run as root of this machine. Run the worker as an ordinary user.',
    );
  }
  const failure = await tryLibrary();
  if (failure !== undefined)
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot load ${failure.step}. Build it: make -C native.`,
    );
  const { FencedSandbox } = await import('./fenced-sandbox.js');
  return await FencedSandbox.start(options);
}
