import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from '@fastify/type-provider-zod';
import type { LimitMaxima } from '@sandlot/engine';
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../api-context.js';
import { annotate, type Operation } from './annotate.js';
import { applyMaxima } from './apply-maxima.js';
import { describeService } from './describe-service.js';
import { pruneComponents, type ComponentDocument } from './prune-components.js';
import { fillInAddress, SERVICE_ORIGIN } from './service-address.js';

/** Describes the routes registered after it at /openapi.json. */
export async function registerOpenapi(
  app: FastifyInstance,
  { info, listen, maxima }: Pick<ApiContext, 'info' | 'listen' | 'maxima'>,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Sandlot',
        version: info().version,
        description: describeService(),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as { name: string },
      },
      servers: [{ url: SERVICE_ORIGIN }],
      tags: [
        { name: 'jobs', description: 'Submit, follow and cancel jobs.' },
        { name: 'service', description: 'Health and metrics.' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => finish(jsonSchemaTransformObject(document), maxima),
  });
  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return await reply.type('application/json').send(fillInAddress(text, request, listen));
  });
}

function finish<Document extends ComponentDocument & { readonly paths?: object }>(
  document: Document,
  maxima: LimitMaxima,
): Document {
  for (const path of Object.values(document.paths ?? {})) {
    // Path items of this document hold operations only: the generator writes nothing else into them.
    for (const operation of Object.values(path as Record<string, Operation>)) annotate(operation);
  }
  const finished = pruneComponents(document);
  applyMaxima(finished, maxima);
  return finished;
}
