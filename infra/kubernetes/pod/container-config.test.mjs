import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { IMAGE_CONFIG } from '../../docker/image.mjs';
import { readProfile } from '../seccomp/read-profile.mjs';
import { containerConfig } from './container-config.mjs';
import { readRenderedPod } from './read-manifest.mjs';

const WORKER_PROFILE = readProfile('sandlot-worker');
const RUNTIME_DEFAULT = readProfile('runtime-default');

/** @type {import('./container-config.mjs').Node} */
const NODE = {
  rootfs: 'rootfs',
  image: IMAGE_CONFIG,
  volumes: { store: '/volumes/store', scratch: '/volumes/scratch' },
  secrets: { 'sandlot-queue': { url: 'redis://redis:6379/0' } },
  seccompDefault: true,
  runtimeDefault: RUNTIME_DEFAULT,
  seccompProfiles: { 'profiles/sandlot-worker.json': WORKER_PROFILE },
  podIds: [{ containerID: 0, hostID: 200_000, size: 65_536 }],
  writableCgroups: ['sandlot'],
  handlers: {},
};

/** @param {string} preset */
function translate(preset) {
  const text = readFileSync(join(ROOT, `infra/helm/rendered/${preset}.yaml`), 'utf8');
  const { pod, handlers } = readRenderedPod(text, 'worker');
  return containerConfig(pod, { ...NODE, handlers });
}

/** @param {ReturnType<typeof containerConfig>} config */
function cgroupOptions({ mounts }) {
  return mounts.find(({ type }) => type === 'cgroup')?.options;
}

describe('containerConfig of the chart', () => {
  it.each(['full', 'restricted', 'legacy'])('drops every privilege in preset %s', (preset) => {
    const { process: started, root } = translate(preset);
    expect(started).toMatchObject({
      user: { uid: 10_001, gid: 10_001, additionalGids: [10_001] },
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], permitted: [] },
      apparmorProfile: 'sandlot-worker',
    });
    expect(started.args.slice(-1)).toEqual(['worker']);
    expect(started.env).toContain('SANDLOT_QUEUE=redis://redis:6379/0');
    expect(root.readonly).toBe(true);
  });

  it('gives preset full a user namespace, all of /proc, our filter and a writable cgroup', () => {
    const config = translate('full');
    expect(config.linux).toMatchObject({
      seccomp: WORKER_PROFILE,
      uidMappings: [{ containerID: 0, hostID: 200_000, size: 65_536 }],
    });
    expect(config.linux).not.toHaveProperty('maskedPaths');
    expect(cgroupOptions(config)).toContain('rw');
  });

  it('differs in preset restricted by the masks, and by what its worker is asked for, alone', () => {
    const { linux, ...rest } = translate('restricted');
    const { linux: whole, ...others } = translate('full');
    const { process } = rest;
    const asked = process.env.map((/** @type {string} */ line) =>
      line.replace('SANDLOT_MINIMUM_TIER=T4', 'SANDLOT_MINIMUM_TIER=T0'),
    );
    const { maskedPaths, readonlyPaths, ...alike } = {
      maskedPaths: undefined,
      readonlyPaths: undefined,
      ...linux,
    };
    expect(maskedPaths).toContain('/proc/kcore');
    expect(readonlyPaths).toContain('/proc/sys');
    expect({ alike, rest: { ...rest, process: { ...process, env: asked } } }).toEqual({
      alike: whole,
      rest: others,
    });
  });

  it('leaves preset legacy the ids of the host, masks and a read-only cgroup, and our filter', () => {
    const config = translate('legacy');
    expect(config.linux.namespaces).not.toContainEqual({ type: 'user' });
    expect(config.linux).toHaveProperty('maskedPaths');
    expect(config.linux.seccomp).toBe(WORKER_PROFILE);
    expect(cgroupOptions(config)).toContain('ro');
  });
});

describe('containerConfig of a pod without settings', () => {
  const pod = { containers: [{ name: 'worker' }] };

  it('has the default capabilities, the masks, and the user, command and filter that image and kubelet say', () => {
    const { process: started, linux, root } = containerConfig(pod, NODE);
    expect(started.user).toEqual({ uid: 10_001, gid: 10_001, additionalGids: [10_001] });
    expect(started.args).toEqual([...IMAGE_CONFIG.Entrypoint, 'serve']);
    expect(started.capabilities.bounding).toHaveLength(14);
    expect(started.noNewPrivileges).toBe(false);
    expect(root.readonly).toBe(false);
    expect(linux.seccomp?.syscalls.at(-1)).toEqual({ names: ['chroot'], action: 'SCMP_ACT_ALLOW' });
  });

  it('has no filter where the kubelet has no default', () => {
    expect(containerConfig(pod, { ...NODE, seccompDefault: false }).linux).not.toHaveProperty('seccomp');
  });
});

describe('containerConfig', () => {
  const container = { name: 'worker' };

  it.each(
    /** @type {readonly [object, RegExp][]} */ ([
      [{ hostPID: true, containers: [container] }, /spec: no translation for hostPID/],
      [
        { containers: [{ ...container, securityContext: { privileged: true } }] },
        /no translation for privileged/,
      ],
      [{ containers: [container, container] }, /Expected one container in the pod, got 2/],
      [
        { containers: [{ ...container, securityContext: { procMount: 'Unmasked' } }] },
        /takes hostUsers false/,
      ],
      [{ containers: [container], securityContext: { runAsNonRoot: true, runAsUser: 0 } }, /refuses uid 0/],
      [
        {
          containers: [container],
          securityContext: {
            seccompProfile: { type: 'Localhost', localhostProfile: 'gone.json' },
          },
        },
        /no seccomp profile gone.json/,
      ],
      [{ containers: [container], runtimeClassName: 'gone' }, /no RuntimeClass gone/],
      [
        {
          containers: [
            { ...container, env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'gone', key: 'a' } } }] },
          ],
        },
        /no secret for A/,
      ],
    ]),
  )('refuses what a node would refuse, or what it would pass over: %j', (pod, message) => {
    const unchecked = /** @type {import('./pod-spec.mjs').PodSpec} */ (pod);
    expect(() => containerConfig(unchecked, NODE)).toThrow(message);
  });
});
