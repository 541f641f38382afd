import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyPluginAsync } from 'fastify';

/** The page brings all it needs along; nothing is loaded from elsewhere, so it works without a network. */
const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "font-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "script-src 'self'",
  // Swagger UI sets style attributes.
  "style-src 'self' 'unsafe-inline'",
].join('; ');

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandlot: HTTP API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** The base layout has no bar on top: no logo of another project, no field for other descriptions. */
const START = `SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/openapi.json',
  layout: 'BaseLayout',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [SwaggerUIBundle.plugins.DownloadUrl],
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  // The type of a problem points to its row (#problem-…), which is there only now.
  onComplete: () => document.getElementById(location.hash.slice(1))?.scrollIntoView(),
});
`;

const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

const hidden = { schema: { hide: true }, config: { access: 'open' } } as const;

/** GET /docs: the description of the API for people, shown by Swagger UI. */
export const docsPage: FastifyPluginAsync = async (app) => {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('content-security-policy', POLICY);
  });
  app.get(
    '/docs',
    hidden,
    async (_request, reply) => await reply.type('text/html; charset=utf-8').send(PAGE),
  );
  app.get('/docs/', hidden, async (_request, reply) => await reply.redirect('/docs'));
  app.get(
    '/docs/start.js',
    hidden,
    async (_request, reply) => await reply.type(FILES['swagger-ui-bundle.js']).send(START),
  );
  // Only the files: the package's own plugin would bring its logo and a second address of the description.
  const { resolve } = createRequire(import.meta.url);
  for (const [name, type] of Object.entries(FILES)) {
    const path = resolve(`@fastify/swagger-ui/static/${name}`);
    app.get(`/docs/${name}`, hidden, async (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=3600');
      return await reply.type(type).send(createReadStream(path));
    });
  }
};
