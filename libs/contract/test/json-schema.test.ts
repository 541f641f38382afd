import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contract from '../src/index.js';

const schemas = Object.entries(contract).flatMap(([name, value]) =>
  value instanceof z.ZodType ? [{ name, schema: value }] : [],
);

// OpenAPI is made from these.
describe.each(schemas)('JSON Schema of $name', ({ schema }) => {
  it.each(['input', 'output'] as const)('can be made of its %s', (io) => {
    const json = z.toJSONSchema(schema, { io, unrepresentable: 'throw' });
    expect(json.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  });
});

describe('JSON Schema of a job', () => {
  const json = z.toJSONSchema(contract.jobSpecSchema, { io: 'input', reused: 'inline' });
  const job = json.$defs?.['JobSpec'] as z.core.JSONSchema.ObjectSchema;

  it('asks for argv, steps or a module, and knows no other field', () => {
    expect(job.required).toBeUndefined();
    expect(job.oneOf).toEqual([
      { required: ['argv'] },
      { required: ['steps'] },
      { properties: { runtime: { const: 'wasi' } }, required: ['runtime'] },
    ]);
    expect(job.additionalProperties).toBe(false);
  });

  it('lets a step have no limit of the whole job', () => {
    const step = json.$defs?.['Step'] as z.core.JSONSchema.ObjectSchema;
    const limits = step.properties?.['limits'] as z.core.JSONSchema.ObjectSchema;
    expect(limits.properties?.['diskBytes']).toMatchObject({ not: {} });
    expect(limits.properties?.['pids']).toMatchObject({ type: 'integer' });
  });

  it('documents range, default and meaning of each limit', () => {
    const limits = job.properties?.['limits'] as z.core.JSONSchema.ObjectSchema;
    expect(Object.keys(limits.properties ?? {})).toEqual(contract.LIMIT_NAMES);
    for (const name of contract.LIMIT_NAMES) {
      const limit: contract.LimitDefinition = contract.LIMITS[name];
      const { min, max, step, default: fallback, meaning } = limit;
      expect(limits.properties?.[name]).toEqual({
        ...(step === undefined ? { type: 'integer' } : { type: 'number', multipleOf: step }),
        minimum: min,
        maximum: max,
        ...(fallback === undefined ? {} : { default: fallback }),
        description: meaning,
      });
    }
  });
});
