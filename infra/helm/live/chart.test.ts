import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { checkFields, type FieldTable } from '../check-fields.mjs';
import { podSecurity } from '../pod-security.mjs';
import { findManifest, findTemplate } from '../read-manifests.mjs';
import { renderChart } from '../render-chart.mjs';
import { RENDERINGS } from '../renderings.mjs';
import { QUEUE, refusal, render, type Settings } from './helm.js';

const execute = promisify(execFile);
const VERSIONS = ['1.33.0', '1.34.0', '1.35.0', '1.36.0'];
/** Nobody's schemas are at hand for kinds of other projects; `KUBECONFORM_SCHEMAS` may name a place for all. */
const FOREIGN = 'HTTPRoute,PodMonitor,PrometheusRule,ScaledObject,ServiceMonitor,TriggerAuthentication';

async function workerOf(values: Settings) {
  const manifests = await render({ ...QUEUE, ...values });
  return findTemplate(manifests, 'Deployment', 'sandlot-worker');
}

describe('the chart', () => {
  it.each(RENDERINGS)('renders $file as it is checked in', { timeout: 60_000 }, async (rendering) => {
    expect(await renderChart(rendering)).toBe(await readFile(join(ROOT, rendering.file), 'utf8'));
  });

  it('passes the linter of helm', async () => {
    const args = ['lint', '--strict', '--kube-version=1.33.0', join(ROOT, 'infra/helm/sandlot')];
    const { stdout } = await execute('helm', [...args, '--set', 'queue.existingSecret=sandlot-queue']);
    expect(stdout).toContain('0 chart(s) failed');
  });

  it.each([
    [{ 'worker.preset': 'best' }, 'worker.preset: '],
    [{ 'worker.isolaton.procMount': 'Default' }, 'isolaton'],
    [{ 'queue.url': 'redis+sentinel://a' }, 'queue.url: '],
    [
      { 'queue.existingSecret': '', 'queue.url': 'redis+cluster://a' },
      'queue.url is not that of queue.kind=server',
    ],
    [
      { 'queue.kind': 'sentinel', 'autoscaling.type': 'keda', 'queue.address': 'a:1' },
      'queue.sentinelMaster (what sentinels call the primary) is needed',
    ],
    [
      { 'maxima.MEMORY_BYTES': '65GiB' },
      'maxima.MEMORY_BYTES=65GiB is out of range: Sandlot takes 1048576 to 68719476736',
    ],
    [{ 'maxima.WALL_TIME_MS': '600001' }, 'maxima.WALL_TIME_MS=600001 is out of range'],
    [{ 'maxima.CPU_CORES': '0.00' }, 'maxima.CPU_CORES=0.00 is out of range: Sandlot takes 0.01 to 1024'],
    [{ 'worker.drainSeconds': '9000' }, 'worker.drainSeconds: '],
    [{ 'worker.isolation.hostUsers': 'true' }, 'procMount Unmasked takes hostUsers false'],
    [{ 'worker.preset': 'legacy', 'worker.cgroupOwner': 'root' }, 'begin as root of the node'],
    [{ 'worker.isolation.nodeProc': 'true' }, 'nodeProc takes hostUsers true'],
    [
      { 'worker.preset': 'restricted', 'worker.cgroupOwner': 'root' },
      'which Pod Security restricted refuses',
    ],
    [{ 'queue.existingSecret': '' }, 'Say where the queue is'],
    [{ 'autoscaling.type': 'keda' }, 'queue.address (host:port of Redis) is needed'],
    [{ 'autoscaling.type': 'hpa', 'autoscaling.minReplicas': '0' }, 'KEDA can go down to 0'],
  ])('refuses %j and says why', async (values, reason) => {
    expect(await refusal(values as Settings)).toContain(reason);
  });
});

describe('null', () => {
  it.each([
    'worker',
    'worker.podAnnotations',
    'worker.resources',
    'api.podDisruptionBudget.enabled',
    'monitoring.scrape.labels',
  ])('in %s is refused, by the name of the value', async (path) => {
    const said = await refusal({ [path]: 'null' });
    expect(said).toContain("don't meet the specifications of the schema");
    expect(said).toContain(path.split('.').at(-1));
  });

  it.each(['environment.A', 'worker.podAnnotations.a', 'worker.isolation.hostUsers', 'api.nodeSelector.a'])(
    'in %s is refused',
    async (path) => {
      expect(await refusal({ [path]: 'null' })).toContain("don't meet the specifications of the schema");
    },
  );

  it.each(['maxima.MEMORY_BYTES', 'worker.resources.limits'])('in %s leaves that out', async (path) => {
    expect(await refusal({ [path]: 'null' })).toBe('accepted');
  });
});

describe('the worker', () => {
  it('lets each field of a preset be said otherwise', async () => {
    const { spec } = await workerOf({
      'worker.preset': 'legacy',
      'worker.isolation.hostUsers': 'false',
      'worker.isolation.seccompProfile': 'Unconfined',
      'worker.isolation.minimumTier': 'T1',
      'cluster.appArmor': 'false',
    });
    expect(spec.hostUsers).toBe(false);
    expect(spec.securityContext?.seccompProfile).toEqual({ type: 'Unconfined' });
    expect(spec.securityContext?.appArmorProfile).toBeUndefined();
    expect(spec.containers[0].env).toContainEqual({ name: 'SANDLOT_MINIMUM_TIER', value: 'T1' });
  });

  it('gets its cgroup by annotation on CRI-O and GKE, and there by label too', async () => {
    const crio = await workerOf({ 'cluster.runtime': 'crio' });
    expect(crio.metadata.annotations).toMatchObject({ 'cgroup2-mount-hierarchy-rw.crio.io': 'true' });
    expect(crio.spec.runtimeClassName).toBeUndefined();
    const gke = await workerOf({ 'cluster.runtime': 'gke' });
    expect(gke.metadata.annotations).toEqual({ 'node.gke.io/enable-writable-cgroups.worker': 'true' });
    expect(gke.spec.nodeSelector).toEqual({ 'node.gke.io/enable-writable-cgroups': 'true' });
  });

  it('begins as root of its user namespace where the runtime gives that the cgroup', async () => {
    const { spec } = await workerOf({ 'cluster.runtime': 'crio', 'worker.cgroupOwner': 'root' });
    expect(spec.securityContext).toMatchObject({ runAsUser: 0, runAsNonRoot: false });
    expect(spec.containers[0].securityContext?.capabilities).toEqual({
      drop: ['ALL'],
      add: ['CHOWN', 'SETGID', 'SETUID'],
    });
    expect(spec.containers[0].env).toContainEqual({ name: 'SANDLOT_RUN_AS', value: '10001:10001' });
    expect(podSecurity(spec, 35).level).toBe('baseline');
  });

  it('mounts the /proc of the node where that is asked for, and needs a privileged namespace then', async () => {
    const { spec } = await workerOf({ 'worker.preset': 'legacy', 'worker.isolation.nodeProc': 'true' });
    expect(spec.volumes).toContainEqual({
      name: 'node-proc',
      hostPath: { path: '/proc', type: 'Directory' },
    });
    expect(podSecurity(spec, 35)).toMatchObject({ level: 'privileged', baseline: ['hostPath'] });
  });

  it('has the type that may mount under SELinux', async () => {
    const { spec } = await workerOf({ 'cluster.seLinux': 'true' });
    expect(spec.securityContext?.seLinuxOptions).toEqual({ type: 'container_engine_t' });
    expect(podSecurity(spec, 35).level).toBe('baseline');
  });
});

describe('options that are in no checked-in rendering', () => {
  it.each([
    [{ 'autoscaling.type': 'hpa' }, 'HorizontalPodAutoscaler', 'sandlot-worker'],
    [{ 'profiles.install': 'true' }, 'DaemonSet', 'sandlot-profiles'],
    [{ 'monitoring.dashboard.enabled': 'true' }, 'ConfigMap', 'sandlot-dashboard'],
  ])('%j makes a %s of known fields', async (values, kind, name) => {
    const manifest = findManifest(await render({ ...QUEUE, ...values }), kind, name);
    const file = join(ROOT, 'infra/helm/fields/kubernetes-1.33.json');
    const table = JSON.parse(await readFile(file, 'utf8')) as FieldTable; // made by make-field-table.mjs
    expect(checkFields(table, manifest)).toEqual([]);
  });
});

describe.runIf(findProgram('kubeconform') !== undefined)('kubeconform', () => {
  it.each(VERSIONS)(
    'finds nothing in what is rendered for Kubernetes %s',
    { timeout: 120_000 },
    async (version) => {
      const place = process.env['KUBECONFORM_SCHEMAS'];
      const schemas = place === undefined ? [] : ['-schema-location', place];
      const args = ['-strict', '-summary', `-kubernetes-version=${version}`, `-skip=${FOREIGN}`, ...schemas];
      const { stdout } = await execute('kubeconform', [
        ...args,
        ...RENDERINGS.map(({ file }) => join(ROOT, file)),
      ]);
      expect(stdout).toContain('Invalid: 0, Errors: 0');
    },
  );
});
