/**
 * Makes `fields/kubernetes-<minor>.json` from Kubernetes' own description of its API: which fields each type has.
 *
 *   node infra/helm/make-field-table.mjs 1.33 path/to/kubernetes/api/openapi-spec/swagger.json
 *
 * Names and types only, of the kinds that the chart uses.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @typedef {import('./check-fields.mjs').FieldTable} FieldTable */
/** @typedef {{ $ref?: string, type?: string, items?: Schema, additionalProperties?: Schema }} Schema */
/** @typedef {Schema & { properties?: Record<string, Schema>, required?: string[] }} Definition */

const KINDS = {
  'v1 ConfigMap': 'io.k8s.api.core.v1.ConfigMap',
  'v1 Namespace': 'io.k8s.api.core.v1.Namespace',
  'v1 PersistentVolumeClaim': 'io.k8s.api.core.v1.PersistentVolumeClaim',
  'v1 Secret': 'io.k8s.api.core.v1.Secret',
  'v1 Service': 'io.k8s.api.core.v1.Service',
  'apps/v1 DaemonSet': 'io.k8s.api.apps.v1.DaemonSet',
  'apps/v1 Deployment': 'io.k8s.api.apps.v1.Deployment',
  'apps/v1 StatefulSet': 'io.k8s.api.apps.v1.StatefulSet',
  'autoscaling/v2 HorizontalPodAutoscaler': 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'networking.k8s.io/v1 Ingress': 'io.k8s.api.networking.v1.Ingress',
  'networking.k8s.io/v1 NetworkPolicy': 'io.k8s.api.networking.v1.NetworkPolicy',
  'node.k8s.io/v1 RuntimeClass': 'io.k8s.api.node.v1.RuntimeClass',
  'policy/v1 PodDisruptionBudget': 'io.k8s.api.policy.v1.PodDisruptionBudget',
};

/** What the API server writes, and no manifest holds. */
const SERVED = new Set(['status', 'managedFields']);

const [version = '', path = ''] = process.argv.slice(2);
const { definitions } = /** @type {{ definitions: Record<string, Definition> }} */ (
  JSON.parse(await readFile(path, 'utf8'))
);
/** @type {Record<string, Record<string, string>>} */
const types = {};
for (const name of Object.values(KINDS)) addType(name);
/** @type {FieldTable} */
const table = {
  version,
  kinds: Object.fromEntries(Object.entries(KINDS).map(([kind, name]) => [kind, shorten(name)])),
  types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
};
const target = join(import.meta.dirname, `fields/kubernetes-${version}.json`);
await writeFile(target, `${JSON.stringify(table, null, 1)}\n`);

/** @param {string} name */
function addType(name) {
  const { properties, required = [] } = definitions[name] ?? {};
  if (properties === undefined || types[shorten(name)] !== undefined) return;
  /** @type {Record<string, string>} */
  const fields = {};
  types[shorten(name)] = fields;
  for (const [field, schema] of Object.entries(properties)) {
    if (SERVED.has(field)) continue;
    fields[field] = `${typeOf(schema)}${required.includes(field) ? '!' : ''}`;
  }
}

/**
 * @param {Schema} schema
 * @returns {string}
 */
function typeOf({ $ref, type, items, additionalProperties }) {
  if (items !== undefined) return `${typeOf(items)}[]`;
  if (additionalProperties !== undefined) return `${typeOf(additionalProperties)}{}`;
  if ($ref === undefined) return type ?? 'any';
  const name = $ref.replace('#/definitions/', '');
  if (definitions[name]?.properties === undefined) return scalarOf(name);
  addType(name);
  return shorten(name);
}

/** @param {string} name of a type that has no fields */
function scalarOf(name) {
  return /IntOrString$|Quantity$/.test(name) ? 'scalar' : (definitions[name]?.type ?? 'any');
}

/** @param {string} name */
function shorten(name) {
  return name.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis)\./, '');
}
