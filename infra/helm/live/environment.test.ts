import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { findTemplate } from '../read-manifests.mjs';
import { QUEUE, refusal, render } from './helm.js';

const file = join(ROOT, 'infra/helm/sandlot/files/variables.yaml');
const variables = parse(await readFile(file, 'utf8')) as Readonly<Record<string, readonly string[]>>;

it.each(Object.entries(variables))('%s is refused, and what says it named', async (name, values) => {
  const reason = `environment.${name}: the chart sets this variable itself. Say it by ${values.join(' or ')}`;
  expect(await refusal({}, { texts: { [`environment.${name}`]: 'x' } })).toContain(reason);
});

it.each(['environment', 'api.environment', 'worker.environment'])(
  'maxima are refused in %s: API and workers have the same',
  async (path) => {
    const texts = { [`${path}.SANDLOT_MAX_MEMORY_BYTES`]: '4GiB' };
    expect(await refusal({}, { texts })).toContain(
      `${path}.SANDLOT_MAX_MEMORY_BYTES: the chart sets this variable itself. Say it by maxima.MEMORY_BYTES`,
    );
  },
);

it('other variables are there once, as the worker has them', async () => {
  const texts = { 'environment.A': 'both', 'environment.B': 'both', 'worker.environment.B': 'worker' };
  const manifests = await render(QUEUE, { texts });
  const { env = [] } = findTemplate(manifests, 'Deployment', 'sandlot-worker').spec.containers[0];
  expect(env.filter(({ name }) => name === 'A' || name === 'B')).toEqual([
    { name: 'A', value: 'both' },
    { name: 'B', value: 'worker' },
  ]);
  expect(env.map(({ name }) => name)).toEqual([...new Set(env.map(({ name }) => name))]);
});
