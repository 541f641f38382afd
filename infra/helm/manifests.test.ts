import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MAXIMA } from '../../apps/cli/src/config/maxima.js';
import { MAXIMUM_VARIABLES } from '../../apps/cli/src/config/maximum-variables.js';
import { SETTINGS, type Setting } from '../../apps/cli/src/config/settings.js';
import { parseSize } from '../../apps/cli/src/option/size.js';
import { ROOT } from '../dev/setup/workspace.mjs';
import { checkFields, type FieldTable } from './check-fields.mjs';
import type { PodSpec, Values, Variable } from './manifest.js';
import { podSecurity } from './pod-security.mjs';
import { findManifest, findTemplate, podsOf, readManifests } from './read-manifests.mjs';
import { COPIES, OPTIONS, RENDERINGS } from './renderings.mjs';

/** Kinds of other projects, whose fields are not Kubernetes'. */
const FOREIGN = /^(?:keda\.sh|monitoring\.coreos\.com|gateway\.networking\.k8s\.io)\//;

/** Pods that are not of Sandlot itself, and of those the ones that change the node. */
const REDIS = 'sandlot-redis';
const PROFILES = 'sandlot-profiles';

const FILES = RENDERINGS.map(({ file }) => file);
const values = parse(textOf('infra/helm/sandlot/values.yaml')) as Values;

function readTable(version: string): FieldTable {
  const file = join(ROOT, `infra/helm/fields/kubernetes-${version}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as FieldTable; // made by make-field-table.mjs
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function workerOf(preset: string): PodSpec {
  return findTemplate(readManifests(`infra/helm/rendered/${preset}.yaml`), 'Deployment', 'sandlot-worker')
    .spec;
}

function variablesOf({ containers: [{ env = [] }] }: PodSpec): readonly Variable[] {
  return env;
}

/** What reads a variable. */
function settingOf(name: string): Setting<unknown> | undefined {
  return name in SETTINGS ? SETTINGS[name as keyof typeof SETTINGS] : MAXIMA.get(name)?.setting;
}

describe.each(['1.33', '1.36'])('the manifests on Kubernetes %s', (version) => {
  const table = readTable(version);

  it.each(FILES)('%s has no field that is not in the API', (file) => {
    const own = readManifests(file).filter((manifest) => !FOREIGN.test(manifest.apiVersion));
    expect(own.length).toBeGreaterThan(5);
    expect(own.flatMap((manifest) => checkFields(table, manifest))).toEqual([]);
  });

  it('would refuse a field with a mistake, and one that is missing', () => {
    const worker = findManifest(
      readManifests('infra/helm/rendered/full.yaml'),
      'Deployment',
      'sandlot-worker',
    );
    const { template } = worker.spec ?? {};
    const spec = { template: { ...template, spec: { ...template?.spec, hostUser: false } }, replicas: 'two' };
    const broken = { ...worker, spec };
    expect(checkFields(table, broken)).toEqual([
      '.spec.selector is missing',
      `.spec.template.spec.hostUser is no field of Kubernetes ${version}`,
      '.spec.replicas is no integer',
    ]);
  });
});

it.each(FILES)('%s has names of users in quotes, in which they may look like numbers', (file) => {
  const names = /^ *(?:matchLabels:\n *app\.kubernetes\.io\/name|claimName|secretName|image): (?!').*/gm;
  expect(textOf(file).match(names)).toBeNull();
});

describe('Pod Security', () => {
  it.each([
    ['full', 34, 'privileged', ['procMount']],
    ['full', 35, 'baseline', []],
    ['restricted', 33, 'restricted', []],
    ['legacy', 33, 'restricted', []],
  ] as const)('a worker of the preset %s needs, in version 1.%i, %s', (preset, minor, level, defects) => {
    expect(podSecurity(workerOf(preset), minor)).toMatchObject({ level, baseline: defects });
  });

  it('takes nothing but the unmasked /proc from the full preset', () => {
    expect(podSecurity(workerOf('full'), 35).restricted).toEqual(['procMount']);
  });

  it.each(FILES)('every other pod of %s is restricted', (file) => {
    const others = podsOf(readManifests(file)).filter(
      ({ name }) => name !== 'sandlot-worker' && name !== PROFILES,
    );
    expect(others.map(({ spec }) => podSecurity(spec, 33).restricted)).toEqual(others.map(() => []));
  });

  it('is privileged for what puts profiles on nodes, in a namespace of its own', () => {
    const manifests = readManifests('infra/helm/rendered/options.yaml');
    const { spec } = findTemplate(manifests, 'DaemonSet', PROFILES);
    expect(podSecurity(spec, 35).level).toBe('privileged');
    expect(findManifest(manifests, 'Namespace', PROFILES).metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'privileged',
    });
  });
});

describe.each(FILES)('the pods of %s', (file) => {
  const pods = podsOf(readManifests(file)).filter(({ name }) => name !== PROFILES);
  const ours = pods.filter(({ name }) => name !== REDIS);

  it('have only variables that Sandlot reads, with values that it takes', () => {
    const variables = ours.flatMap(({ spec }) => variablesOf(spec));
    expect(variables.filter(({ name }) => settingOf(name) === undefined)).toEqual([]);
    for (const { name, value = 'redis://from-a-secret' } of variables)
      expect(() => settingOf(name)?.parse(value), `${name}=${value}`).not.toThrow();
  });

  it('listen on every address, in clusters without IPv4 too', () => {
    const addresses = ours.flatMap(({ spec }) =>
      variablesOf(spec).filter(({ name }) => name.endsWith('LISTEN')),
    );
    expect(addresses).toHaveLength(2);
    for (const { value } of addresses) expect(value).toMatch(/^\[::\]:/);
  });

  it('are ended only after the service has given up its jobs itself', () => {
    for (const { spec } of ours) {
      const graceMs = Number(variablesOf(spec).find(({ name }) => name === 'SANDLOT_GRACE_MS')?.value);
      const sleep = spec.containers[0].lifecycle?.preStop.sleep.seconds ?? 0;
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(sleep + graceMs / 1000 + 10);
    }
  });

  it('serve on until nobody sends connections any more, if they are an API: on SIGTERM it closes its port', () => {
    const api = ours.find(({ name }) => name === 'sandlot-api');
    expect(api?.spec.containers[0].lifecycle?.preStop.sleep.seconds).toBeGreaterThanOrEqual(5);
  });

  it('hold no token, no root of the node and no file system that can be written to', () => {
    for (const { spec } of pods) {
      expect(spec.automountServiceAccountToken).toBe(false);
      // Root at most of a user namespace of its own, where the runtime gives that the cgroup.
      const { runAsUser, runAsNonRoot } = spec.securityContext ?? {};
      expect(runAsUser === 0 ? !spec.hostUsers : runAsNonRoot).toBe(true);
      for (const { securityContext } of spec.containers) {
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });
});

describe('the worker', () => {
  it('asks for as much as the preset says', () => {
    const isolation = ['full', 'restricted', 'legacy'].map((preset) => {
      const { hostUsers, runtimeClassName, securityContext, containers } = workerOf(preset);
      const [container] = containers;
      return {
        hostUsers,
        runtimeClassName,
        procMount: container.securityContext?.procMount,
        seccomp: securityContext?.seccompProfile?.localhostProfile,
        appArmor: securityContext?.appArmorProfile?.localhostProfile,
      };
    });
    const profiles = { seccomp: 'profiles/sandlot-worker.json', appArmor: 'sandlot-worker' };
    expect(isolation).toEqual([
      { hostUsers: false, runtimeClassName: 'sandlot', procMount: 'Unmasked', ...profiles },
      { hostUsers: false, runtimeClassName: 'sandlot', procMount: undefined, ...profiles },
      { hostUsers: undefined, runtimeClassName: undefined, procMount: undefined, ...profiles },
    ]);
  });

  it('has room for all its jobs and itself, and waits for the longest step', () => {
    const { concurrency, drainSeconds, resources } = values.worker;
    const perJob = parseSize(values.maxima.MEMORY_BYTES);
    const limit = parseSize(resources.limits.memory.replace('Gi', 'GiB'));
    expect(concurrency * perJob + 512 * 2 ** 20).toBeLessThanOrEqual(limit);
    expect(resources.requests).toEqual(resources.limits);
    const setting = MAXIMA.get('SANDLOT_MAX_WALL_TIME_MS')?.setting;
    expect(() => setting?.parse(String(drainSeconds * 1000 + 1))).toThrow('Out of range');
  });
});

/** The values that say each. */
type Variables = Readonly<Record<string, readonly string[]>>;

/** A schema that has properties of its own. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

describe('the values', () => {
  const schema = JSON.parse(textOf('infra/helm/sandlot/values.schema.json')) as Schema;

  it('know every maximum of the operator', () => {
    const names = Object.keys(schema.properties?.['maxima']?.properties ?? {});
    const variables = names.map((name) => `SANDLOT_MAX_${name}`);
    expect(variables.sort()).toEqual(Object.values(MAXIMUM_VARIABLES).sort());
  });

  it('are all in values.yaml, where each is described, and no others', () => {
    expect(keysOf(values, schema)).toEqual(schemaKeysOf(schema));
  });

  it('that switch something on are all in the rendering of options', () => {
    const off = schemaKeysOf(schema).filter(
      (path) => /\.(?:enabled|install|create)$/.test(path) && valueOf(path) === false,
    );
    expect(off.length).toBeGreaterThan(5);
    expect(off.filter((path) => OPTIONS[path] !== 'true')).toEqual([]);
  });

  function valueOf(path: string): unknown {
    return path
      .split('.')
      .reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>>)[name], values); // the keys are those of the schema
  }

  it('are all needed: null, which takes a value away, would break the templates', () => {
    expect(optionalKeysOf(schema)).toEqual([]);
  });

  function optionalKeysOf({ properties = {}, required = [] }: Schema, path = ''): readonly string[] {
    return Object.entries(properties)
      .filter(([name]) => name !== 'global')
      .flatMap(([name, inner]) => [
        ...(required.includes(name) ? [] : [`${path}${name}`]),
        ...(isLeaf(name, inner) ? [] : optionalKeysOf(inner, `${path}${name}.`)),
      ]);
  }

  /** `maxima` and `isolation` name what may be added; `global` is helm's. */
  const isLeaf = (name: string, { properties }: Schema) =>
    properties === undefined || ['isolation', 'maxima'].includes(name);

  function schemaKeysOf({ properties = {} }: Schema, path = ''): readonly string[] {
    return Object.entries(properties)
      .filter(([name]) => name !== 'global')
      .flatMap(([name, inner]) =>
        isLeaf(name, inner) ? [`${path}${name}`] : schemaKeysOf(inner, `${path}${name}.`),
      )
      .sort();
  }

  function keysOf(value: object, { properties = {} }: Schema, path = ''): readonly string[] {
    return Object.entries(value)
      .flatMap(([name, inner]: [string, unknown]) => {
        const known = properties[name] ?? {};
        if (isLeaf(name, known) || typeof inner !== 'object' || inner === null) return [`${path}${name}`];
        return keysOf(inner, known, `${path}${name}.`);
      })
      .sort();
  }
});

describe('variables of the chart', () => {
  const variables = parse(textOf('infra/helm/sandlot/files/variables.yaml')) as Variables;
  const schema = JSON.parse(textOf('infra/helm/sandlot/values.schema.json')) as Schema;

  it('that it sets are those which `environment` may not have, or maxima', () => {
    const pods = FILES.flatMap((file) => podsOf(readManifests(file))).filter(
      ({ name }) => name !== REDIS && name !== PROFILES,
    );
    const names = new Set(pods.flatMap(({ spec }) => variablesOf(spec).map(({ name }) => name)));
    expect([...names].filter((name) => !name.startsWith('SANDLOT_MAX_') && !(name in variables))).toEqual([]);
    expect(Object.keys(variables).filter((name) => settingOf(name) === undefined)).toEqual([]);
  });

  it('are said by values that there are', () => {
    const known = (path: string) =>
      path.split('.').reduce<Schema | undefined>((at, name) => at?.properties?.[name], schema) !== undefined;
    expect(
      Object.values(variables)
        .flat()
        .filter((path) => !known(path)),
    ).toEqual([]);
  });

  it.each(FILES)('are in no container of %s twice', (file) => {
    for (const { spec } of podsOf(readManifests(file))) {
      const names = variablesOf(spec).map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
  });
});

describe('what the chart has of other rooms', () => {
  it.each(COPIES)('%s is what it came from', (from, to) => {
    expect(textOf(to)).toBe(textOf(from));
  });

  it('names the AppArmor profile only where the chart can name it otherwise', () => {
    const rules = textOf('infra/helm/sandlot/files/sandlot-worker.apparmor').replaceAll(/^ *#.*$/gm, '');
    const renamed = rules.replaceAll(/profile sandlot-worker |peer=sandlot-worker,/g, '');
    expect(rules).toContain('profile sandlot-worker ');
    expect(renamed).not.toContain('sandlot-worker');
  });
});
