import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '@sandlot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findManifest, findTemplate } from '../read-manifests.mjs';
import { QUEUE, notes, refusal, render } from './helm.js';

/** Debian keeps apparmor_parser there. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;
process.env['PATH'] = PATH;
const execute = promisify(execFile);

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

describe.runIf(requireProgram('apparmor_parser', 'apparmor'))('the DaemonSet that installs profiles', () => {
  let node: string;
  beforeEach(async () => {
    node = await mkdtemp(join(tmpdir(), 'sandlot-node-'));
  });
  afterEach(async () => await rm(node, { recursive: true }));

  it('loads an AppArmor profile that the parser of the node reads', async () => {
    const manifests = await render({ ...QUEUE, 'profiles.install': 'true' });
    const files = Object.entries(findManifest(manifests, 'ConfigMap', 'sandlot-profiles').data ?? {});
    for (const [name, text] of files) await writeFile(join(node, name), text);
    // Instead of the node's root this one, whose kernel is not asked; what was loaded leaves a word.
    const chroot = `#!/bin/sh -e\nshift 2\napparmor_parser --skip-kernel-load "$@"\necho "$@" >${node}/loaded\n`;
    await writeFile(join(node, 'chroot'), chroot, { mode: 0o755 });

    const { spec } = findTemplate(manifests, 'DaemonSet', 'sandlot-profiles');
    const script = spec.initContainers?.find(({ name }) => name === 'apparmor')?.args?.[0] ?? '';
    const env = { PATH: `${node}:${PATH}` };
    await execute('sh', ['-euc', script.replaceAll('/profiles/', `${node}/`)], { env });
    expect(await readFile(join(node, 'loaded'), 'utf8')).toBe('--replace --skip-cache\n');
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
