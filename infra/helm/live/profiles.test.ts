import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findManifest, findTemplate } from '../read-manifests.mjs';
import { QUEUE, notes, refusal, render } from './helm.js';

const OTHER = { 'profiles.install': 'true', 'worker.appArmor.localhostProfile': 'sandlot-worker-2' };

describe('an AppArmor profile of another name', () => {
  it('is loaded by the name that the pods ask for', async () => {
    const manifests = await render({ ...QUEUE, ...OTHER });
    const { apparmor = '' } = findManifest(manifests, 'ConfigMap', 'sandlot-profiles').data ?? {};
    const rules = apparmor.replaceAll(/^ *#.*$/gm, '');
    expect(rules).toContain('\nprofile sandlot-worker-2 flags=');
    expect(rules.match(/peer=sandlot-worker.*/g)).toEqual(Array(2).fill('peer=sandlot-worker-2,'));
    const { securityContext } = findTemplate(manifests, 'Deployment', 'sandlot-worker').spec;
    expect(securityContext?.appArmorProfile?.localhostProfile).toBe('sandlot-worker-2');
  });

  it('cannot be a path or two words', async () => {
    for (const name of ['a b', '/a', 'a{b,c}'])
      expect(await refusal({}, { texts: { 'worker.appArmor.localhostProfile': name } })).not.toBe('accepted');
  });
});

describe('on a node with AppArmor', () => {
  it.each([
    ['3, where the profile has no rule of 4', 'abi', false],
    ['4, where the profile is loaded as it is', 'abi/4.0', true],
  ])('%s', async (_, abi, isWhole) => {
    const node = await mkdtemp(join(tmpdir(), 'sandlot-node-'));
    try {
      await mkdir(join(node, 'etc/apparmor.d', abi), { recursive: true });
      const rules = (await loadedOn(node)).replaceAll(/^ *#.*$/gm, '');
      expect(/^abi <abi\/4\.0>,$/m.test(rules)).toBe(isWhole);
      expect(/^ *userns,$/m.test(rules)).toBe(isWhole);
      expect(rules).toContain('pivot_root,');
    } finally {
      await rm(node, { recursive: true });
    }
  });

  /** What the parser of a node is given; `cat` stands for it. */
  async function loadedOn(node: string): Promise<string> {
    const manifests = await render({ ...QUEUE, 'profiles.install': 'true' });
    const { apparmor = '' } = findManifest(manifests, 'ConfigMap', 'sandlot-profiles').data ?? {};
    await writeFile(join(node, 'apparmor'), apparmor);
    const { initContainers = [] } = findTemplate(manifests, 'DaemonSet', 'sandlot-profiles').spec;
    const [script = ''] = initContainers.find(({ name }) => name === 'apparmor')?.args ?? [];
    const here = script
      .replaceAll(/chroot \/host apparmor_parser.*/g, 'cat')
      .replaceAll('/profiles/apparmor', join(node, 'apparmor'))
      .replaceAll('/host/', `${node}/`);
    return (await promisify(execFile)('sh', ['-euc', here])).stdout;
  }
});

describe('the notes', () => {
  it('name the profiles that nodes need', async () => {
    expect(await notes({ ...QUEUE, ...OTHER })).toContain(
      'Every node needs the seccomp profile profiles/sandlot-worker.json and the AppArmor profile sandlot-worker-2: the DaemonSet in',
    );
  });

  it('name no profile that no pod asks for', async () => {
    const values = { ...QUEUE, 'worker.isolation.appArmorProfile': 'Unconfined' };
    expect(await notes(values)).not.toContain('AppArmor');
    expect(await notes({ ...values, 'worker.isolation.seccompProfile': 'RuntimeDefault' })).not.toContain(
      'Every node',
    );
  });
});
