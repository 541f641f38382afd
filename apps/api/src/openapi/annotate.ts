import { PROBLEMS, type ProblemCode } from '@sandlot/contract';
import type { AnswerDocs, RouteDocs } from './route-docs.js';
import type { SecurityRequirements } from './security.js';

interface Answer {
  description: string;
  headers?: Record<string, { readonly description: string; readonly schema: { readonly type: 'string' } }>;
  content?: Record<string, unknown>;
}

/** The parts of an OpenAPI operation that are worked on here. */
export interface Operation {
  responses: Record<string, Answer>;
  /** Of a route that is not open to everybody. */
  readonly security?: SecurityRequirements;
  requestBody?: { content: Record<string, { examples?: unknown }> };
  'x-docs'?: RouteDocs;
}

/** Headers that problems of a status come with. */
const PROBLEM_HEADERS: Readonly<Record<number, AnswerDocs['headers']>> = {
  401: { 'WWW-Authenticate': 'The scheme to use, and what is wrong with the key (RFC 6750).' },
  403: { 'WWW-Authenticate': 'The scope that is missing (RFC 6750).' },
  429: { 'Retry-After': 'Seconds after which to try again.' },
  503: { 'Retry-After': 'Seconds after which to try again.' },
};

/** Writes what a route says in `x-docs` into its operation: descriptions, headers, media types, examples. */
export function annotate(operation: Operation): void {
  const docs = operation['x-docs'];
  delete operation['x-docs'];
  if (docs === undefined) return;
  for (const [status, { description, headers = {}, text }] of Object.entries(docs.answers)) {
    const answer = (operation.responses[status] ??= { description });
    answer.description = description;
    if (text !== undefined) answer.content = { [text]: { schema: { type: 'string' } } };
    describeHeaders(answer, headers);
  }
  for (const [status, codes] of byStatus([
    ...docs.problems,
    ...accessProblems(operation),
    'internal-error',
  ])) {
    operation.responses[status] = problemAnswer(status, codes);
  }
  for (const media of Object.values(operation.requestBody?.content ?? {})) {
    if (docs.examples !== undefined) media.examples = toExamples(docs.examples);
  }
}

/** What a route that is not open can answer before it begins. */
function accessProblems({ security }: Operation): readonly ProblemCode[] {
  return security === undefined ? [] : ['unauthenticated', 'scope-missing', 'overloaded'];
}

function problemAnswer(status: number, codes: readonly ProblemCode[]): Answer {
  const answer: Answer = {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].meaning}`).join('\n\n'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  describeHeaders(answer, PROBLEM_HEADERS[status] ?? {});
  return answer;
}

function describeHeaders(answer: Answer, headers: Readonly<Record<string, string>>): void {
  const entries = Object.entries(headers);
  if (entries.length === 0) return;
  answer.headers = Object.fromEntries(
    entries.map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
}

function byStatus(codes: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = PROBLEMS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

function toExamples(
  examples: Readonly<Record<string, unknown>>,
): Record<string, { readonly value: unknown }> {
  return Object.fromEntries(Object.entries(examples).map(([title, value]) => [title, { value }]));
}
