import { Readable } from 'node:stream';
import { openBytes, type JobRecord, type StoredArtifact } from '@sandlot/engine';
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod';
import { z } from 'zod';
import type { ApiContext } from '../api-context.js';
import { problemResponses } from '../openapi/route-docs.js';
import { artifactNotFound } from '../problem/refusal.js';
import { attachment } from './attachment.js';
import { findRecord } from './find-record.js';
import { jobParams } from './job-headers.js';

const PROBLEMS = ['job-not-found', 'artifact-not-found', 'queue-unavailable', 'store-unavailable'] as const;

const schema = {
  summary: 'Fetch an artifact',
  description: [
    'The bytes of one file in `artifacts` of an ended job. The path is that of the document, each segment',
    'percent-encoded. It is looked up in the document, nowhere else. Kept as long as the job itself.',
  ].join('\n'),
  operationId: 'getArtifact',
  tags: ['jobs'],
  params: jobParams.extend({ '*': z.string().meta({ description: 'Path of the artifact.' }) }),
  headers: z.looseObject({
    'if-none-match': z
      .string()
      .optional()
      .meta({ description: 'ETags that the client has the bytes of: then the answer is 304, without them.' }),
  }),
  response: { 200: z.any(), ...problemResponses(PROBLEMS) },
  'x-docs': {
    answers: {
      200: {
        description: 'The bytes, for a browser to save, never to show.',
        text: 'application/octet-stream',
        headers: {
          ETag: 'SHA-256 of the bytes, as in the document.',
          'Content-Disposition': '`attachment`, with the file’s own name.',
        },
      },
    },
    problems: PROBLEMS,
  },
};

/** GET /v1/jobs/:id/artifacts/<path> */
export const artifactRoute: FastifyPluginAsyncZod<{ context: ApiContext }> = async (app, { context }) => {
  app.get('/v1/jobs/:id/artifacts/*', { schema, config: { access: 'jobs:read' } }, async (request, reply) => {
    const { id, '*': path } = request.params;
    const { sha256, content } = findArtifact(await findRecord(context.queue, id, request.caller), path);
    const etag = `"${sha256}"`;
    if (isKnown(etag, request.headers['if-none-match'])) {
      // Not among the answers of the schema: it has no content to describe.
      return await reply
        .code(304 as 200)
        .header('etag', etag)
        .send();
    }
    const bytes = Readable.from(await openBytes(context.store, id, content), { objectMode: false });
    return await reply
      .type('application/octet-stream')
      .header('etag', etag)
      .header('content-length', content.bytes)
      .header('content-disposition', attachment(path))
      .send(bytes);
  });
};

/** A client's path is only ever compared. */
function findArtifact({ id, result }: JobRecord, path: string): StoredArtifact {
  const found = result?.artifacts?.files.find((file) => file.path === path);
  if (found === undefined) throw artifactNotFound(id, path);
  return found;
}

function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((text) => text.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
