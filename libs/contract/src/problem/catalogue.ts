/** One kind of refusal: HTTP status, short title (RFC 9457), what it means, what to do about it. */
export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** Every problem the service answers with, by its stable code. docs/problems.md lists the same; a test compares. */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    meaning: 'A field is missing, has the wrong type, or a value out of its range.',
    remedy: 'Mend the fields named in `errors` and send the request again.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The request body could not be parsed as JSON.',
    remedy: 'Send one JSON object, encoded as UTF-8.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request is not proper HTTP',
    meaning: 'The request line, a header or the length of the body breaks the rules of HTTP.',
    remedy: 'Mend what `detail` says and send the request again; HTTP libraries do it right by themselves.',
  },
  unauthenticated: {
    status: 401,
    title: 'The request has no valid API key',
    meaning: 'The API key in the header Authorization is missing, unknown to the service, or has expired.',
    remedy:
      'Send `Authorization: Bearer` and a key (`sandlot` takes it from SANDLOT_API_KEY); the operator makes one with `sandlot keys create`.',
  },
  'scope-missing': {
    status: 403,
    title: 'The API key may not do this',
    meaning: 'The key is valid, but has not the scope that `detail` names.',
    remedy: 'Use a key that has it; the operator makes one with `sandlot keys create --scope`.',
  },
  'foreign-origin': {
    status: 403,
    title: 'The request comes from a page of another site',
    meaning: 'A browser sent a request that changes something on behalf of a page the service did not serve.',
    remedy: 'Send it from a page of the service itself, or not from a browser; a proxy must pass `Host` on.',
  },
  'job-not-found': {
    status: 404,
    title: 'No such job',
    meaning: 'No job has this id, or its record was removed after the retention time.',
    remedy: 'Check the id; submit the job again if its record has expired.',
  },
  'artifact-not-found': {
    status: 404,
    title: 'The job has no such artifact',
    meaning: 'The job has kept no file of this path: it has not ended, did not ask for it, or left it out.',
    remedy: 'Look at `artifacts` and `artifactsLeftOut` of the job.',
  },
  'route-not-found': {
    status: 404,
    title: 'No such route',
    meaning: 'The service has no such path.',
    remedy: 'See /docs or /openapi.json for the routes.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The route has no such method',
    meaning: 'The path exists, but not with this HTTP method.',
    remedy: 'Use one of the methods in the Allow header; see /docs.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request came too slowly',
    meaning: 'The request was not complete within the time the service waits for one.',
    remedy: 'Send the request again over a faster connection, or with smaller files.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'The idempotency key was used for another request',
    meaning: 'A job with this Idempotency-Key but a different body exists.',
    remedy: 'Use a new key for a new job, or repeat the request unchanged.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'The request body exceeds what the operator accepts.',
    remedy: 'Send smaller files, or ask the operator to raise SANDLOT_BODY_BYTES.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not declared as JSON',
    meaning: 'The Content-Type of the request is not application/json.',
    remedy: 'Send the header `Content-Type: application/json`.',
  },
  'unsupported-content-encoding': {
    status: 415,
    title: 'The body is compressed',
    meaning: 'The request has a Content-Encoding other than identity.',
    remedy: 'Send the body as it is, without Content-Encoding.',
  },
  'expectation-failed': {
    status: 417,
    title: 'The expectation cannot be met',
    meaning: 'The header Expect asks for something other than 100-continue.',
    remedy: 'Leave the header Expect out.',
  },
  'misdirected-request': {
    status: 421,
    title: 'The request is for another host',
    meaning: 'The service listens on loopback, and the Host of the request is no name of loopback.',
    remedy: 'Call it as localhost, 127.0.0.1 or [::1]; a proxy must send such a name as `Host`.',
  },
  'limit-above-maximum': {
    status: 422,
    title: 'A limit is above the maximum',
    meaning: 'A requested limit is higher than the product or the operator allows.',
    remedy: 'Ask for at most the maximum named in `errors`.',
  },
  'limit-not-enforceable': {
    status: 422,
    title: 'A limit cannot be held here',
    meaning: 'The job has a limit that nothing on the worker of this service can hold.',
    remedy:
      'Leave the limit out, or ask the operator for a worker with a cgroup of its own (SANDLOT_CGROUP).',
  },
  'headers-too-large': {
    status: 431,
    title: 'The request headers are too large',
    meaning: 'The request line and headers together exceed 16 KiB.',
    remedy: 'Send fewer or shorter headers; contents belong into the body.',
  },
  'too-many-streams': {
    status: 429,
    title: 'Too many event streams',
    meaning: 'As many requests follow or wait for jobs as the service allows, in all or for this tenant.',
    remedy: 'End streams that nobody reads, or try again after the time in Retry-After.',
  },
  overloaded: {
    status: 503,
    title: 'The service has too much to do',
    meaning: 'As many connections are open, or as many bytes of bodies held, as the service allows.',
    remedy: 'Try again after the time in Retry-After, over fewer connections.',
  },
  'queue-unavailable': {
    status: 503,
    title: 'The queue does not answer',
    meaning:
      'The service cannot reach its queue, or got no answer in time; `detail` says what became of a job.',
    remedy: 'Try again after the time in Retry-After; with an Idempotency-Key that never makes a second job.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The store cannot be used',
    meaning: 'The service cannot read or write the contents of jobs at the moment.',
    remedy: 'Try again after the time in Retry-After; the operator finds the reason in the log.',
  },
  'not-ready': {
    status: 503,
    title: 'The service is not ready',
    meaning: 'Something the service needs is missing; `errors` names it.',
    remedy: 'Wait and ask again; if it stays so, mend what `errors` names.',
  },
  'shutting-down': {
    status: 503,
    title: 'The service is shutting down',
    meaning: 'The service finishes what it has and accepts nothing new.',
    remedy: 'Try again after the time in Retry-After.',
  },
  'internal-error': {
    status: 500,
    title: 'The service failed',
    meaning: 'A failure of Sandlot itself; the log has the details under the request id.',
    remedy: 'Report it with `requestId`.',
  },
} as const satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof PROBLEMS;

/** All codes, in documentation order. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[]; // the keys are the codes
