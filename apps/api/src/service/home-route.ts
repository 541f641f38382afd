import type { FastifyPluginAsync } from 'fastify';

/** GET / sends people to the documentation. */
export const homeRoute: FastifyPluginAsync = async (app) => {
  app.get('/', { schema: { hide: true }, config: { access: 'open' } }, async (_request, reply) =>
    reply.redirect('/docs'),
  );
};
