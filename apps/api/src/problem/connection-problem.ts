import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEMS, problem, quote, type ProblemCode } from '@sandlot/contract';
import { uuidv7 } from 'uuidv7';

/** What the HTTP parser says of bytes that it could not read. */
interface ParserError extends Error {
  readonly code?: string;
  /** The parser's own words, from a fixed list. */
  readonly reason?: string | undefined;
  /** A buffer, whatever the framework's types say. */
  readonly rawPacket?: unknown;
}

/** Answers what is not HTTP, or not in time, straight on its socket: no request exists yet. */
export function sendConnectionProblem(error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, detail } = wordParserError(error);
  const { status, headers, body } = answerOf(code, detail);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...head, '', body].join('\r\n'));
}

/** Answers a request whose `Expect` is not `100-continue`: it never reaches the routes. */
export function sendExpectationProblem({ headers }: IncomingMessage, response: ServerResponse): void {
  const detail = `The service cannot meet ${quote(headers.expect ?? '')}; it knows 100-continue only.`;
  const answer = answerOf('expectation-failed', detail);
  // The body, if there is one, is not read: the connection cannot be used again.
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function answerOf(code: ProblemCode, detail: string): Answer {
  const requestId = uuidv7();
  const body = JSON.stringify(problem(code, { detail, requestId }));
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
  };
  return { status: PROBLEMS[code].status, headers, body };
}

/** First byte of a TLS record that opens a handshake: RFC 8446, section 5.1. */
const TLS_HANDSHAKE = 0x16;

function wordParserError({ code, reason, rawPacket }: ParserError): {
  readonly code: ProblemCode;
  readonly detail: string;
} {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return inGeneral('request-timeout');
  if (code === 'HPE_HEADER_OVERFLOW') return inGeneral('headers-too-large');
  if (Buffer.isBuffer(rawPacket) && rawPacket[0] === TLS_HANDSHAKE) {
    return malformed(
      'This is the beginning of TLS, and the service speaks plain HTTP; use http://, not https://.',
    );
  }
  if (code === 'HPE_INVALID_METHOD') {
    return malformed('The request does not begin with a method of HTTP, such as GET or POST.');
  }
  return malformed(`What was received is not an HTTP/1.1 request: ${reason ?? 'it ends too soon'}.`);
}

function malformed(detail: string): { readonly code: ProblemCode; readonly detail: string } {
  return { code: 'malformed-request', detail };
}

function inGeneral(code: ProblemCode): { readonly code: ProblemCode; readonly detail: string } {
  return { code, detail: PROBLEMS[code].meaning };
}
