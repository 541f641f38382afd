import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the client sent. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ScriptedService extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

type Handler = (seen: SeenRequest, response: ServerResponse, turn: number) => void;

/** A real HTTP server whose answers the test writes; on a unix socket if asked to. */
export async function startScripted(handler: Handler, unix = false): Promise<ScriptedService> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const item = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      handler(item, response, seen.push(item) - 1);
    });
  });
  const directory = await mkdtemp(join(tmpdir(), 'sandlot-client-'));
  const path = join(directory, 'api.sock');
  await new Promise<void>((resolve) => {
    if (unix) server.listen(path, resolve);
    else server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: unix ? `unix:${path}` : `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function sendProblem(response: ServerResponse, status: number, code: string): void {
  const problem = { type: '', title: 'No', status, detail: 'Because.', code, remedy: 'Do.', requestId: '1' };
  sendJson(response, status, problem, { 'content-type': 'application/problem+json', 'retry-after': '7' });
}
