import type { FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';

interface MetricsContext {
  readonly registry: Registry;
}

const schema = {
  summary: 'Metrics',
  description:
    'For Prometheus: requests by route and status, jobs by state, the process itself; of a worker in it, what holds limits.',
  operationId: 'getMetrics',
  tags: ['service'],
  'x-docs': {
    answers: { 200: { description: 'Prometheus text format.', text: 'text/plain' } },
    problems: [],
  },
};

/** GET /metrics */
export const metricsRoute: FastifyPluginAsync<{ context: MetricsContext }> = async (app, { context }) => {
  app.get('/metrics', { schema, config: { access: 'metrics:read' } }, async (_request, reply) => {
    const { registry } = context;
    return await reply.type(registry.contentType).send(await registry.metrics());
  });
};
