import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { annotate, type Operation } from './annotate.js';
import { describeService } from './describe-service.js';
import { pruneComponents } from './prune-components.js';

/** The page brings all it needs along; nothing is loaded from elsewhere, so it works without a network. */
const DOCS_CSP = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'connect-src': "'self'",
  'font-src': ["'self'", 'data:'],
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'img-src': ["'self'", 'data:'],
  'script-src': "'self'",
  // Swagger UI sets style attributes.
  'style-src': ["'self'", "'unsafe-inline'"],
};

/** Describes the routes registered after it: /openapi.json and, for people, /docs. */
export async function registerOpenapi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Sandlot',
        version,
        description: describeService(),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as { name: string },
      },
      tags: [
        { name: 'jobs', description: 'Submit, follow and cancel jobs.' },
        { name: 'service', description: 'Health and metrics.' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => finish(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_CSP,
    uiConfig: { docExpansion: 'list', tryItOutEnabled: true },
    theme: { title: 'Sandlot: HTTP API' },
  });
  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return await reply.type('application/json').send(text);
  });
}

function finish<Document extends { readonly paths?: object }>(document: Document): Document {
  for (const path of Object.values(document.paths ?? {})) {
    // Path items of this document hold operations only: the generator writes nothing else into them.
    for (const operation of Object.values(path as Record<string, Operation>)) annotate(operation);
  }
  return pruneComponents(document);
}
