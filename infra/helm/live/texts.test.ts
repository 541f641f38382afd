import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { checkFields, type FieldTable } from '../check-fields.mjs';
import type { Manifest } from '../manifest.js';
import { render, type Settings } from './helm.js';

/** In YAML a number, unless it is in quotes; no number that the chart has itself. */
const NUMBER = '4711';

/** Every object that the chart can make, in two installations: some exclude each other. */
const ALL: readonly Settings[] = [
  {
    'redis.enabled': 'true',
    'autoscaling.type': 'keda',
    'api.ingress.enabled': 'true',
    'monitoring.scrape.enabled': 'true',
    'monitoring.rules.enabled': 'true',
    'profiles.install': 'true',
  },
  { 'queue.address': 'a:1', 'autoscaling.type': 'keda', 'monitoring.dashboard.enabled': 'true' },
  { 'autoscaling.type': 'hpa', 'networkPolicy.redisCidrs[0]': '::/0' },
];

/** Every value that is text and may be a number. */
const TEXTS = [
  'nameOverride',
  'image.pullSecrets[0].name',
  'queue.existingSecret',
  'queue.urlKey',
  'queue.passwordKey',
  'queue.usernameKey',
  'redis.existingSecret',
  'redis.persistence.storageClass',
  'store.existingClaim',
  'store.storageClass',
  'api.keys.existingSecret',
  'api.keys.key',
  'api.priorityClassName',
  'api.podAnnotations.a',
  'api.nodeSelector.a',
  'api.service.annotations.a',
  'api.ingress.className',
  'api.ingress.host',
  'api.ingress.tlsSecret',
  'worker.priorityClassName',
  'worker.runtimeClass.name',
  'worker.runtimeClass.handler',
  'worker.seccomp.localhostProfile',
  'worker.environment.NO',
  'autoscaling.hpa.metric',
  'profiles.namespace',
  'monitoring.scrape.keySecret',
  'monitoring.scrape.labels.a',
];

describe.each(ALL)('installed with %j', (settings) => {
  it('texts that look like numbers stay texts', async () => {
    const texts = Object.fromEntries(TEXTS.map((path) => [path, NUMBER]));
    const manifests = await render(settings, {
      release: NUMBER,
      texts: { ...texts, fullnameOverride: 'null' },
    });
    expect(scalarsOf(manifests).filter((value) => value === Number(NUMBER) || value === null)).toEqual([]);
    expect(await defectsOf(manifests)).toEqual([]);
  });

  it('the name of the release may be a word of YAML', async () => {
    expect(
      await defectsOf(await render({ ...settings, 'queue.existingSecret': 'q' }, { release: 'true' })),
    ).toEqual([]);
  });
});

/** Every value in it that is no list and no map. */
function scalarsOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(scalarsOf) : [value];
}

async function defectsOf(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const file = join(ROOT, 'infra/helm/fields/kubernetes-1.33.json');
  const table = JSON.parse(await readFile(file, 'utf8')) as FieldTable; // made by make-field-table.mjs
  const own = manifests.filter(({ apiVersion, kind }) => `${apiVersion} ${kind}` in table.kinds);
  expect(own.length).toBeGreaterThan(5);
  return own.flatMap((manifest) => checkFields(table, manifest));
}
