import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB_STATES } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../dev/setup/workspace.mjs';
import { findManifest, readManifests } from './read-manifests.mjs';

/** Of the programs around, not ours: kube-state-metrics, and prom-client's own of a process. */
const FOREIGN = /^(?:kube_pod_|process_)/;

/** Names as they stand in the sources, where `new Gauge({ name: … })` makes them. */
const SOURCES = ['apps/api/src/metrics', 'apps/worker/src/metrics']
  .flatMap((folder) => metricsFiles(folder))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

function metricsFiles(folder: string): readonly string[] {
  const files = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith('-metrics.ts'));
  return files.map((file) => join(ROOT, folder, file));
}

function expressionsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    ['expr', 'query'].includes(name) && typeof inner === 'string' ? [inner] : expressionsOf(inner),
  );
}

const FILES = ['infra/grafana/sandlot.json', 'infra/helm/sandlot/files/alerts.yaml'];

describe.each(FILES)('%s', (file) => {
  const expressions = expressionsOf(parse(readFileSync(join(ROOT, file), 'utf8')));

  it('asks for metrics that Sandlot has', () => {
    const asked = expressions.flatMap((text) => text.match(/\b(?:sandlot|kube|process)_[a-z_]+/g) ?? []);
    const own = [...new Set(asked)].filter((name) => !FOREIGN.test(name));
    expect(own.length).toBeGreaterThan(1);
    const known = own.filter((name) =>
      SOURCES.includes(`name: '${name.replace(/_(?:bucket|sum|count)$/, '')}'`),
    );
    expect(known).toEqual(own);
  });

  it('asks for states that jobs have', () => {
    const states = expressions.flatMap((text) => [...text.matchAll(/state=~?"([^"]+)"/g)]);
    const names = states.flatMap(([, list = '']) => list.split('|'));
    expect(names.filter((name) => !JOB_STATES.some((state) => state === name))).toEqual([]);
  });
});

describe('the alerts', () => {
  it('take no worker for killed because one of its jobs was: the reason alone says OOMKilled for both', () => {
    const text = readFileSync(join(ROOT, 'infra/helm/sandlot/files/alerts.yaml'), 'utf8');
    const byReason = expressionsOf(parse(text)).filter((expression) => expression.includes('OOMKilled'));
    expect(byReason).toHaveLength(1);
    expect(byReason[0]).toContain('last_terminated_exitcode{ {{ .worker }}, container="worker" } == 137');
  });

  it('look at the pods of their own installation alone: a Prometheus has those of others too', () => {
    const rules = findManifest(
      readManifests('infra/helm/rendered/options.yaml'),
      'PrometheusRule',
      'sandlot',
    );
    const selectors = expressionsOf(rules).flatMap((text) => [
      ...text.matchAll(/[a-z]_[a-z_]+(?:\{([^}]*)\}|\b(?!\{))/g),
    ]);
    expect(selectors.length).toBeGreaterThan(10);
    for (const [selector, matchers = ''] of selectors)
      expect(matchers, selector).toMatch(/^ namespace="default", pod=~"sandlot-(?:api|worker)-\.\+"/);
  });
});
