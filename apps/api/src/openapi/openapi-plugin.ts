import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from '@fastify/type-provider-zod';
import type { LimitMaxima } from '@sandlot/engine';
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../api-context.js';
import { annotate, type Operation } from './annotate.js';
import { applyMaxima } from './apply-maxima.js';
import { describeService } from './describe-service.js';
import { nameWildcards } from './name-wildcards.js';
import { pruneComponents, type ComponentDocument } from './prune-components.js';
import { SECURITY_SCHEMES, securityOf } from './security.js';
import { fillInAddress, SERVICE_ORIGIN } from './service-address.js';

/** Describes the routes registered after it at /openapi.json. */
export async function registerOpenapi(
  app: FastifyInstance,
  { info, listen, maxima, keys }: Pick<ApiContext, 'info' | 'listen' | 'maxima' | 'keys'>,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Sandlot',
        version: info().version,
        description: describeService({ hasKeys: keys !== undefined }),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as { name: string },
      },
      servers: [{ url: SERVICE_ORIGIN }],
      components: { securitySchemes: SECURITY_SCHEMES },
      tags: [
        { name: 'jobs', description: 'Submit, follow and cancel jobs.' },
        { name: 'service', description: 'Health and metrics.' },
      ],
    },
    transform: (input) => {
      const security = securityOf(input.route.config?.access, { hasKeys: keys !== undefined });
      const { schema, url } = jsonSchemaTransform(input);
      return { schema: { ...schema, ...security }, url };
    },
    transformObject: (document) => finish(jsonSchemaTransformObject(document), maxima),
  });
  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true }, config: { access: 'open' } }, async (request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return await reply.type('application/json').send(fillInAddress(text, request, listen));
  });
}

function finish<Document extends ComponentDocument & { paths?: object }>(
  document: Document,
  maxima: LimitMaxima,
): Document {
  document.paths = nameWildcards((document.paths ?? {}) as Record<string, object>);
  for (const path of Object.values(document.paths)) {
    // Path items of this document hold operations only: the generator writes nothing else into them.
    for (const operation of Object.values(path as Record<string, Operation>)) annotate(operation);
  }
  const finished = pruneComponents(document);
  applyMaxima(finished, maxima);
  return finished;
}
