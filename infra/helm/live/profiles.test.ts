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
