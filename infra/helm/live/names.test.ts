import { describe, expect, it } from 'vitest';
import { QUEUE, refusal, render, type Settings } from './helm.js';

/** The longest that helm takes. */
const LONG = 'r'.repeat(53);

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
    [{ 'api.ingress.host': 'a_b' }, 'api.ingress.host: '],
    [
      { 'worker.seccomp.localhostProfile': 'profiles/../a.json' },
      'worker.seccomp.localhostProfile=profiles/../a.json has .. in it, which Kubernetes refuses',
    ],
    [
      { 'profiles.install': 'true', 'profiles.kubeletDirectory': '/var/..' },
      'profiles.kubeletDirectory=/var/.. has .. in it, which Kubernetes refuses',
    ],
    [{ 'api.podDisruptionBudget.maxUnavailable': '101%' }, 'api.podDisruptionBudget.maxUnavailable: '],
    [
      { 'autoscaling.type': 'hpa', 'autoscaling.minReplicas': '30' },
      'autoscaling.minReplicas 30 is more than autoscaling.maxReplicas 20',
    ],
  ])('refuses %j', async (values, reason) => {
    expect(await refusal(values as Settings)).toContain(reason);
  });

  it.each([{ 'api.podDisruptionBudget.maxUnavailable': '100%' }, { 'api.ingress.host': '*.example.com' }])(
    'takes %j',
    async (values) => {
      expect(await refusal(values as Settings)).toBe('accepted');
    },
  );
});
