import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../dev/setup/workspace.mjs';

/** Of the schema of a text, or of what has properties. */
interface Schema {
  readonly $ref?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const SCHEMA = JSON.parse(
  readFileSync(join(ROOT, 'infra/helm/sandlot/values.schema.json'), 'utf8'),
) as Schema & { readonly definitions: Readonly<Record<string, Schema>> };

it.each([
  ['fullnameOverride', ['', 'jobs', 'a'.repeat(46)], ['a.b', '1a', 'a-', 'a'.repeat(47)]],
  ['nameOverride', ['', '12', 'a'.repeat(63)], ['A', 'a'.repeat(64)]],
  ['profiles.namespace', ['jobs', '1'], ['', 'a.b', 'a'.repeat(64)]],
  ['queue.existingSecret', ['', 'a.b'], ['a..b', 'a.-b', 'a_b', 'a'.repeat(254)]],
  ['queue.urlKey', ['url', 'redis_URL.1'], ['', 'a/b']],
  ['queue.urlKey', ['.a', 'a..b', '.-', 'a'.repeat(253)], ['.', '..', '..data', 'a'.repeat(254)]],
  ['api.keys.key', ['keys.json', '.keys'], ['', '..', '..data', 'a'.repeat(254)]],
  ['queue.usernameKey', ['', 'user', '.user'], ['a b', '.', '..user']],
  ['worker.priorityClassName', ['', 'high'], ['High']],
  ['worker.runtimeClass.name', ['sandlot'], ['']],
  ['worker.runtimeClass.handler', ['sandlot', 'a'.repeat(63)], ['', 'a.b', 'a'.repeat(64)]],
  ['api.ingress.host', ['a.example.com', '*.example.com'], ['', 'a_b', 'a.*.b', 'https://a']],
  ['api.podDisruptionBudget.maxUnavailable', ['0%', '10%', '100%'], ['101%', '900%', '10', '']],
  ['maxima.MEMORY_BYTES', ['512MiB', '65536', '1.5 GiB'], ['512Mi', '-1', 'banana', '']],
  ['maxima.WALL_TIME_MS', ['60000'], ['-5', 'banana', '1s']],
])('%s is what is taken where it goes', (path, taken, refused) => {
  expect(taken.filter((text) => !takes(schemaOf(path), text))).toEqual([]);
  expect(refused.filter((text) => takes(schemaOf(path), text))).toEqual([]);
});

function takes({ pattern = '', minLength = 0, maxLength = Infinity }: Schema, text: string): boolean {
  return new RegExp(pattern).test(text) && text.length >= minLength && text.length <= maxLength;
}

function schemaOf(path: string): Schema {
  return path.split('.').reduce<Schema>((schema, name) => resolved(schema.properties?.[name] ?? {}), SCHEMA);
}

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (SCHEMA.definitions[name] ?? {});
}
