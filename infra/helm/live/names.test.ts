import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findManifest } from '../read-manifests.mjs';
import { QUEUE, refusal, render, type Settings } from './helm.js';

/** The longest that helm takes. */
const LONG = 'r'.repeat(53);

const PARENT = { 'api.httpRoute.parentRefs[0].name': 'gateway' };

describe('names of objects', () => {
  it.each(['my.rel', LONG, `${LONG.slice(8)}.${LONG.slice(-7)}`])(
    'are such as Kubernetes takes, in a release called %s',
    async (release) => {
      const manifests = await render({ 'redis.enabled': 'true', 'autoscaling.type': 'keda' }, { release });
      const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      // No dot, for Services. At most 52 letters for the StatefulSet, and 54 with `keda-hpa-` before them.
      const refused = names.filter((name) => !/^\w+ [a-z](?:[-a-z0-9]{0,52}[a-z0-9])?$/.test(name));
      expect(refused).toEqual([]);
      expect(names.filter((name) => /^StatefulSet .{53}/.test(name))).toEqual([]);
    },
  );

  it('take another beginning where the name of the release has a digit there', async () => {
    expect(await refusal({}, { release: '1team' })).toContain(
      'A Service cannot be called 1team-sandlot-api, since its name must begin with a letter: set fullnameOverride',
    );
    const manifests = await render({ ...QUEUE, fullnameOverride: 'team' }, { release: '1team' });
    expect(manifests.map(({ metadata }) => metadata.name)).toContain('team-api');
  });
});

describe('the chart', () => {
  it.each([
    [{ fullnameOverride: 'a.b' }, 'fullnameOverride: '],
    [{ fullnameOverride: '1a' }, 'fullnameOverride: '],
    [{ fullnameOverride: 'a'.repeat(47) }, 'fullnameOverride: '],
    [{ nameOverride: 'a'.repeat(64) }, 'nameOverride: '],
    [{ 'profiles.namespace': 'a.b' }, 'profiles.namespace: '],
    [{ 'profiles.namespace': '' }, 'profiles.namespace: '],
    [{ 'queue.existingSecret': 'a..b' }, 'queue.existingSecret: '],
    [{ 'queue.urlKey': 'a/b' }, 'queue.urlKey: '],
    [{ 'worker.priorityClassName': 'High' }, 'worker.priorityClassName: '],
    [{ 'worker.runtimeClass.name': '' }, 'worker.runtimeClass.name: '],
    [{ 'worker.nodeSelector.a': 'b'.repeat(64) }, 'worker.nodeSelector.a: '],
    [{ 'maxima.MEMORY_BYTES': '512Mi' }, 'maxima.MEMORY_BYTES: '],
    [{ 'maxima.PIDS': '-5' }, 'maxima.PIDS: '],
    [{ 'networkPolicy.redisCidrs[0]': '300.1.1.1/99' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '10.0.0.256/32' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '10.0.0.01/32' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '10.0.0.0/08' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '1:2:3/64' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '1::2::3/64' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': ':::/0' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '12345::/64' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': '1:2:3:4:5:6:7::8/128' }, 'networkPolicy.redisCidrs'],
    [{ 'networkPolicy.redisCidrs[0]': 'fd00::/129' }, 'networkPolicy.redisCidrs'],
    [{ 'api.ingress.host': 'a_b' }, 'api.ingress.host: '],
    [{ 'api.podDisruptionBudget.maxUnavailable': '101%' }, 'api.podDisruptionBudget.maxUnavailable: '],
    [{ 'api.podDisruptionBudget.maxUnavailable': '2147483648' }, 'api.podDisruptionBudget.maxUnavailable: '],
    [{ 'api.keys.key': '..data' }, 'api.keys.key: '],
    [{ 'api.podAnnotations.a b': 'c' }, 'api.podAnnotations'],
    [{ 'api.ingress.annotations.a/b/c': 'd' }, 'api.ingress.annotations'],
    [{ 'worker.runtimeClass.handler': 'a'.repeat(64) }, 'worker.runtimeClass.handler: '],
    [{ 'worker.resources.limits.cpu': '-1' }, 'worker.resources.limits.cpu: '],
    [
      { 'worker.seccomp.localhostProfile': 'profiles/../a.json' },
      'worker.seccomp.localhostProfile=profiles/../a.json has .. in it, which Kubernetes refuses',
    ],
    [
      { 'profiles.install': 'true', 'profiles.kubeletDirectory': '/var/..' },
      'profiles.kubeletDirectory=/var/.. has .. in it, which Kubernetes refuses',
    ],
    [{ 'worker.tolerations[0].effect': 'NoSchedule' }, 'worker.tolerations'],
    [{ 'worker.tolerations[0].operator': 'Equal' }, 'worker.tolerations'],
    [{ 'worker.tolerations[0].key': 'a b' }, 'worker.tolerations'],
    [
      { 'worker.tolerations[0].operator': 'Exists', 'worker.tolerations[0].value': 'a' },
      'worker.tolerations',
    ],
    [
      {
        'api.tolerations[0].key': 'a',
        'api.tolerations[0].effect': 'NoSchedule',
        'api.tolerations[0].tolerationSeconds': '1',
      },
      'api.tolerations',
    ],
    [{ 'api.httpRoute.parentRefs[0].namespace': 'a' }, 'api.httpRoute.parentRefs'],
    [{ ...PARENT, 'api.httpRoute.parentRefs[0].kind': '1' }, 'api.httpRoute.parentRefs'],
    [{ ...PARENT, 'api.httpRoute.parentRefs[0].nam': 'a' }, 'api.httpRoute.parentRefs'],
    [{ ...PARENT, 'api.httpRoute.parentRefs[0].port': '65536' }, 'api.httpRoute.parentRefs'],
    [{ ...PARENT, 'api.httpRoute.parentRefs[0].sectionName': 'A' }, 'api.httpRoute.parentRefs'],
    [{ ...PARENT, 'api.httpRoute.parentRefs[32].name': 'a' }, 'api.httpRoute.parentRefs'],
    [{ 'api.httpRoute.hostnames': `{${Array(17).fill('a').join(',')}}` }, 'api.httpRoute.hostnames'],
    [
      { 'autoscaling.type': 'hpa', 'autoscaling.minReplicas': '30' },
      'autoscaling.minReplicas 30 is more than autoscaling.maxReplicas 20',
    ],
  ])('refuses %j', async (values, reason) => {
    expect(await refusal(values as Settings)).toContain(reason);
  });

  it.each([
    { 'api.podDisruptionBudget.maxUnavailable': '100%' },
    { 'api.podDisruptionBudget.maxUnavailable': '2147483647' },
    { 'api.ingress.host': '*.example.com' },
    { 'api.httpRoute.hostnames': `{${Array(16).fill('a').join(',')}}` },
    { 'networkPolicy.redisCidrs': '{0.0.0.0/0,255.249.199.99/32,10.1.2.3/8}' },
    {
      'networkPolicy.redisCidrs':
        '{::/0,::1/128,fd00::/8,1:2:3:4:5:6:7:8/128,1:2::7:8/99,1::3:4:5:6:7:8/128}',
    },
    { 'worker.tolerations[0].operator': 'Exists' },
    { 'worker.tolerations[0].key': 'a.b/c', 'worker.tolerations[0].value': 'd' },
    {
      'worker.tolerations[0].key': 'a',
      'worker.tolerations[0].operator': 'Exists',
      'worker.tolerations[0].effect': 'NoExecute',
      'worker.tolerations[0].tolerationSeconds': '1',
    },
    { 'api.podAnnotations.A\\.b/c_d': 'e' },
    { 'worker.seccomp.localhostProfile': '..a/b..json' },
    {
      ...PARENT,
      'api.httpRoute.parentRefs[0].group': '',
      'api.httpRoute.parentRefs[0].kind': 'Service',
      'api.httpRoute.parentRefs[0].namespace': 'a',
      'api.httpRoute.parentRefs[0].sectionName': 'b.c',
      'api.httpRoute.parentRefs[0].port': '443',
    },
  ])('takes %j', async (values) => {
    expect(await refusal(values as Settings)).toBe('accepted');
  });

  it('writes large numbers of a file without an exponent', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandlot-values-'));
    try {
      const file = join(directory, 'values.yaml');
      await writeFile(file, 'api: { podDisruptionBudget: { maxUnavailable: 2147483647 } }');
      const manifests = await render(QUEUE, { files: [file] });
      const { spec } = findManifest(manifests, 'PodDisruptionBudget', 'sandlot-api');
      expect(spec?.maxUnavailable).toBe(2_147_483_647);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
