import { PROBLEMS, problemSchema, type ProblemCode } from '@sandlot/contract';

/** What OpenAPI shows of an answer besides its schema. */
export interface AnswerDocs {
  readonly description: string;
  /** Response headers by name, with their meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Media type of an answer that is text without a schema. */
  readonly text?: string;
}

/** What a route says of itself beyond what its schemas say; `annotate` works it into the document. */
export interface RouteDocs {
  readonly answers: Readonly<Record<number, AnswerDocs>>;
  readonly problems: readonly ProblemCode[];
  /** Request bodies to try, by title. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

declare module 'fastify' {
  interface FastifySchema {
    readonly 'x-docs'?: RouteDocs;
  }
}

/** Response schemas for the problems a route can answer with; `internal-error` is always one. */
export function problemResponses(codes: readonly ProblemCode[]): Record<number, typeof problemSchema> {
  const statuses = [...codes, 'internal-error' as const].map((code) => PROBLEMS[code].status);
  return Object.fromEntries(statuses.map((status) => [status, problemSchema]));
}
