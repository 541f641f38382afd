import { closeSync } from 'node:fs';
import type { Sandbox } from '@sandlot/engine';
import { NativeCell } from '../../src/cell/native-cell.js';
import { planEnforcement } from '../../src/limits/enforcement.js';
import { createInitImage } from '../../src/native/library.js';
import { describeShown } from '../../src/rootfs/describe-shown.js';
import { readHostTree } from '../../src/rootfs/host-tree.js';
import { planSlot } from '../../src/rootfs/plan-slot.js';
import type { RootPlan } from '../../src/rootfs/plan.js';
import { CompiledProfiles } from '../../src/seccomp/compiled-profiles.js';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { Slot } from '../../src/slot/slot.js';

/** A sandbox with one slot that shows the directory `source` of the host as /shown, as it does /usr. */
export async function showDirectory(source: string): Promise<Sandbox> {
  const [newRoot, ...rest] = planSlot(readHostTree());
  const plan: RootPlan = [
    newRoot!,
    { op: 'makeDirectory', path: 'shown', mode: 0o755 },
    { op: 'showTree', source, path: 'shown' },
    ...rest,
  ];
  const image = createInitImage();
  const slot = await Slot.start({
    image,
    plan,
    identity: hostIdentity(0, workerIdentity()),
    cgroup: undefined,
  });
  return sandboxOf(slot, plan, () => closeSync(image));
}

function sandboxOf(slot: Slot, plan: RootPlan, onClosed: () => void): Sandbox {
  const profiles = new CompiledProfiles();
  return {
    abilities: {
      tier: 'T1',
      enforcement: planEnforcement(undefined),
      findings: describeShown(plan, slot.boundTree),
      seccompProfiles: profiles.names,
      runtimes: ['native'],
    },
    slots: 1,
    openCell: async (cell) => {
      await Promise.resolve();
      return new NativeCell({ slot, plan: cell, profiles, onGone: () => undefined });
    },
    close: async () => {
      await slot.close();
      onClosed();
    },
  };
}
