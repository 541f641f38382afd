import { describe, expect, it } from 'vitest';
import { findManifest, findTemplate } from '../read-manifests.mjs';
import { QUEUE, refusal, render, type Settings } from './helm.js';

/** The queue by its URL, which the chart can read. */
function byUrl(url: string, further: Settings = {}): Settings {
  return { 'queue.existingSecret': '', 'queue.url': url, ...further };
}

const KEDA = { 'autoscaling.type': 'keda' };
const GKE = { 'cluster.runtime': 'gke' };

describe('values that contradict each other are refused, and both are named:', () => {
  it.each([
    [{ 'queue.url': 'redis://h' }, ['queue.url', 'queue.existingSecret']],
    [byUrl('redis://h/2', { 'queue.database': '1' }), ['queue.database=1', 'queue.url']],
    [byUrl('redis://h', { 'queue.tls': 'true' }), ['queue.tls', 'queue.url']],
    [byUrl('redis://h:1', { 'queue.address': 'h:2' }), ['queue.address=h:2', 'queue.url']],
    [
      byUrl('redis+sentinel://h/a', { 'queue.kind': 'sentinel', 'queue.sentinelMaster': 'b' }),
      ['queue.sentinelMaster=b', 'queue.url'],
    ],
    [byUrl('redis://:p@h', KEDA), ['queue.url', 'autoscaling.type=keda']],
    [byUrl('redis://h:1', { 'networkPolicy.redisPort': '2' }), ['networkPolicy.redisPort=2', 'queue.url']],
    [
      { 'worker.concurrency': '16' },
      ['worker.concurrency=16', 'maxima.MEMORY_BYTES=512MiB', 'worker.resources.limits.memory=2Gi'],
    ],
    [{ 'worker.drainSeconds': '599' }, ['worker.drainSeconds=599', 'maxima.WALL_TIME_MS=600000']],
    [
      { ...GKE, 'worker.resources.limits.memory': '4Gi' },
      ['worker.resources.requests.memory=2Gi', 'worker.resources.limits.memory=4Gi'],
    ],
    [{ ...GKE, 'worker.resources.limits.cpu': 'null' }, ['cluster.runtime=gke', 'limits.cpu=none']],
    [
      { 'api.resources.limits.memory': '256Mi' },
      ['api.resources.requests.memory=512Mi', 'api.resources.limits.memory=256Mi'],
    ],
    [{ 'api.resources.limits.memory': '536M' }, ['api.resources.requests.memory=512Mi']],
    [{ 'api.resources.limits.cpu': '0.2' }, ['api.resources.requests.cpu=250m']],
    [
      { 'worker.resources.limits.cpu': '1999m' },
      ['worker.resources.requests.cpu=2', 'worker.resources.limits.cpu=1999m'],
    ],
    [{ 'worker.resources.limits.ephemeral-storage': '1Gi' }, ['worker.resources.requests.ephemeral-storage']],
    [{ 'redis.enabled': 'true', 'redis.resources.limits.cpu': '99m' }, ['redis.resources.requests.cpu=100m']],
  ])('%j', async (values, named) => {
    const said = await refusal(values);
    for (const name of named) expect(said).toContain(name);
  });

  it.each([
    { 'worker.concurrency': '3' },
    { 'worker.concurrency': '16', 'worker.resources.limits.memory': '10Gi' },
    { 'worker.concurrency': '16', 'worker.resources.limits.memory': '9126805504' },
    { 'worker.drainSeconds': '20', 'maxima.WALL_TIME_MS': '20000' },
    { 'worker.drainSeconds': '0', 'worker.allowInterruption': 'true' },
    { ...GKE, 'worker.resources.limits.cpu': '2000m' },
    { ...GKE, 'worker.resources.requests': 'null' },
    { 'api.resources.limits.cpu': '0.25', 'api.resources.limits.memory': '537M' },
    { 'api.resources.limits.cpu': '250m', 'api.resources.limits.memory': '536870912' },
    { 'api.resources.limits': 'null' },
  ])('not %j', async (values) => {
    expect(await refusal(values as Settings)).toBe('accepted');
  });
});

describe('a port that nobody can listen on is refused, with its value:', () => {
  it.each([
    [byUrl('redis://h:0'), 'queue.url has the port 0, and ports are 1 to 65535'],
    [byUrl('redis://h:65536'), 'queue.url has the port 65536, and ports are 1 to 65535'],
    [byUrl('redis://h:006379'), 'queue.url has the port 006379, and ports are 1 to 65535'],
    [
      byUrl('redis+cluster://a\\,b:99999999999999999999', { 'queue.kind': 'cluster' }),
      'queue.url has the port 99999999999999999999, and ports are 1 to 65535',
    ],
    [{ 'queue.address': 'h:65536' }, 'queue.address has the port 65536, and ports are 1 to 65535'],
    [
      { 'queue.kind': 'cluster', 'queue.address': 'a:1\\,b:0' },
      'queue.address has the port 0, and ports are 1 to 65535',
    ],
  ])('%j', async (values, reason) => {
    expect(await refusal(values)).toContain(reason);
  });
});

describe('a queue that is given by its URL', () => {
  it.each([
    ['server', 'redis://h:6380/2', { address: 'h.default.svc.cluster.local:6380', databaseIndex: '2' }],
    ['server', 'redis://h:06380/010', { address: 'h.default.svc.cluster.local:06380', databaseIndex: '10' }],
    ['server', 'redis://h/089', { databaseIndex: '89' }],
    ['sentinel', 'redis+sentinel://h/jobs/010', { sentinelMaster: 'jobs', databaseIndex: '10' }],
    ['server', 'rediss://a.b', { address: 'a.b:6379', databaseIndex: '0', enableTLS: 'true' }],
    [
      'sentinel',
      'redis+sentinel://a.b,c.d:7/jobs/3',
      { addresses: 'a.b:26379,c.d:7', sentinelMaster: 'jobs', databaseIndex: '3' },
    ],
    ['cluster', 'redis+cluster://[::1]:6380,a.b', { addresses: '[::1]:6380,a.b:6379' }],
  ])('is that of KEDA too: %s %s', async (kind, url, metadata) => {
    const texts = byUrl(url.replaceAll(',', '\\,'), { 'queue.kind': kind, ...KEDA });
    const { spec } = findManifest(await render(texts), 'ScaledObject', 'sandlot-worker');
    for (const trigger of spec?.triggers ?? []) expect(trigger.metadata).toMatchObject(metadata);
    // Its Secret has no password.
    expect(JSON.stringify(spec)).not.toContain('authenticationRef');
  });

  it.each([
    [byUrl('redis://h:6380/0'), [6380]],
    [byUrl('redis://h:06379', { 'queue.address': 'g:6379', 'networkPolicy.redisPort': '6379' }), [6379]],
    [{ ...QUEUE, 'queue.address': 'h:6380' }, [6380]],
    [{ ...QUEUE, 'queue.address': 'h:00064' }, [64]],
    [QUEUE, [6379]],
    [byUrl('redis+sentinel://h:7/jobs', { 'queue.kind': 'sentinel' }), [6379, 7]],
    [byUrl('redis+cluster://h:7', { 'queue.kind': 'cluster', 'networkPolicy.redisPort': '8' }), [7, 8]],
  ])('is where the network policy lets pods go: %j', async (values, ports) => {
    const manifests = await render(values);
    for (const name of ['sandlot-api', 'sandlot-worker']) {
      const { egress = [] } = findManifest(manifests, 'NetworkPolicy', name).spec ?? {};
      expect(egress[1]?.ports.map(({ port }) => port)).toEqual(ports);
    }
  });
});

describe('who may read the metrics of workers', () => {
  it('may read those of an API that only others reach, if they are scraped', async () => {
    const from = { 'networkPolicy.apiFrom[0].namespaceSelector.matchLabels.a': 'b' };
    const values = { ...QUEUE, ...from, 'monitoring.scrape.enabled': 'true' };
    const manifests = await render(values);
    const [api = [], worker = []] = ['sandlot-api', 'sandlot-worker'].map(
      (name) => findManifest(manifests, 'NetworkPolicy', name).spec?.ingress,
    );
    expect(api).toHaveLength(2);
    expect(api[1]).toEqual({ ports: [{ port: 7420 }], from: worker[0]?.from });
  });
});

describe('on nodes with SELinux', () => {
  it('what puts profiles there may write them', async () => {
    const manifests = await render({ ...QUEUE, 'profiles.install': 'true', 'cluster.seLinux': 'true' });
    const { spec } = findTemplate(manifests, 'DaemonSet', 'sandlot-profiles');
    expect(spec.securityContext?.seLinuxOptions).toEqual({ type: 'spc_t' });
  });
});
