import type { Socket } from 'node:net';
import { PROBLEMS, problem, type ProblemCode } from '@sandlot/contract';
import { uuidv7 } from 'uuidv7';

/** Answers what is not HTTP, or not in time, straight on its socket: no request exists yet. */
export function sendConnectionProblem(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOf(error.code);
  const { status, title, meaning } = PROBLEMS[code];
  const detail = code === 'invalid-request' ? 'What was received is not an HTTP/1.1 request.' : meaning;
  const body = JSON.stringify(problem(code, { detail, requestId: uuidv7() }));
  socket.end(
    [
      `HTTP/1.1 ${status} ${title}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function codeOf(code: string | undefined): ProblemCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return 'invalid-request';
}
