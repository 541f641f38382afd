import { InfrastructureError } from '@sandlot/engine';

/** Words a failure of the queue's carrier. `what` fits after "Cannot": `accept the job`. */
export function queueUnavailable(what: string, cause: unknown, remedy: string): InfrastructureError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new InfrastructureError('queue-unavailable', `Cannot ${what}: ${why}. ${remedy}`, { cause });
}

/**
 * Runs a step that needs the queue's carrier and words its failure.
 *
 * @throws {InfrastructureError} `queue-unavailable`; errors of Sandlot and wrong arguments pass as they are.
 */
export async function guarded<T>(what: string, remedy: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    if (thrown instanceof InfrastructureError || thrown instanceof RangeError || thrown instanceof TypeError)
      throw thrown;
    throw queueUnavailable(what, thrown, remedy);
  }
}
