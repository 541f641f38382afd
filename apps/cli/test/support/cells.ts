import { createSandbox } from '@sandlot/sandbox';
import { requireFeature } from '@sandlot/testing';

/** Whether this machine can make cells; if not, says why. */
export const hasCells = requireFeature(await probeCells());

async function probeCells(): Promise<Parameters<typeof requireFeature>[0]> {
  const feature = 'a kernel that lets this user make cells';
  try {
    await (await createSandbox({ slots: 1 })).close();
    return { feature, remedy: '', isPresent: true };
  } catch (error) {
    return { feature, remedy: error instanceof Error ? error.message : String(error), isPresent: false };
  }
}
