import { JOB_STATES, isTerminal as isTerminalByContract } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { ConnectionError, ProblemError, createClient } from '../src/index.js';
import { isTerminal } from '../src/terminal-states.js';
import { sendJson, sendProblem, startScripted } from './support/scripted-service.js';

describe.each([
  { way: 'over TCP', unix: false },
  { way: 'over a unix socket', unix: true },
])('a client $way', ({ unix }) => {
  it('submits a job with its key and wait', async () => {
    await using service = await startScripted((_seen, response) => {
      sendJson(response, 202, { id: 'j1', state: 'queued' });
    }, unix);
    const client = createClient({ baseUrl: service.url });
    const job = await client.submit({ argv: ['echo', 'hä'] }, { waitSeconds: 3, idempotencyKey: 'k-1' });
    expect(job).toMatchObject({ id: 'j1', state: 'queued' });
    expect(service.seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/jobs',
      headers: { 'content-type': 'application/json', prefer: 'wait=3', 'idempotency-key': 'k-1' },
      body: '{"argv":["echo","hä"]}',
    });
  });

  it('looks at and cancels a job, and lets no id lead to another path', async () => {
    await using service = await startScripted((_seen, response) => {
      sendJson(response, 200, { id: 'j1', state: 'cancelled' });
    }, unix);
    const client = createClient({ baseUrl: service.url });
    await client.get('a/../b');
    await client.cancel('j1', { waitSeconds: 1 });
    expect(service.seen).toMatchObject([
      { method: 'GET', path: '/v1/jobs/a%2F..%2Fb' },
      { method: 'POST', path: '/v1/jobs/j1/cancel', headers: { prefer: 'wait=1' }, body: '' },
    ]);
  });

  it('shows its API key with every request', async () => {
    await using service = await startScripted((_seen, response) => {
      sendJson(response, 200, { id: 'j1', state: 'succeeded' });
    }, unix);
    const client = createClient({ baseUrl: service.url, apiKey: 'sandlot_k' });
    await client.submit({ argv: ['x'] });
    await client.get('j1');
    await client.cancel('j1');
    await client.events('j1')[Symbol.asyncIterator]().next();
    const shown = service.seen.map(({ headers }) => headers.authorization);
    expect(shown.length).toBeGreaterThanOrEqual(4);
    expect(new Set(shown)).toEqual(new Set(['Bearer sandlot_k']));
    await createClient({ baseUrl: service.url }).get('j1');
    expect(service.seen.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('fetches an artifact piece by piece, whatever its path is made of', async () => {
    const bytes = Buffer.alloc(300_000, 'x');
    await using service = await startScripted((_seen, response, turn) => {
      response.writeHead(200, { 'content-length': bytes.length });
      if (turn === 0) response.end(bytes);
      else response.write('half', () => response.destroy());
    }, unix);
    const client = createClient({ baseUrl: service.url });
    const fetched = async () => {
      const pieces: Uint8Array[] = [];
      for await (const piece of await client.artifact('j1', 'd/ü ?#%/../x')) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    expect(Buffer.compare(await fetched(), bytes)).toBe(0);
    expect(service.seen[0]?.path).toMatch(/^\/v1\/jobs\/j1\/artifacts\/d\//);
    await expect(fetched()).rejects.toThrow(/broke off/);
  });

  it('gives a refusal as ProblemError with the whole document', async () => {
    await using service = await startScripted((_seen, response) => {
      sendProblem(response, 503, 'queue-unavailable');
    }, unix);
    const refused: unknown = await createClient({ baseUrl: service.url })
      .get('j1')
      .catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({
      message: 'No: Because. Do.',
      problem: { code: 'queue-unavailable', status: 503, requestId: '1' },
      retryAfterSeconds: 7,
    });
  });

  it('stops waiting for an answer when its signal aborts', async () => {
    await using service = await startScripted(() => undefined, unix);
    const controller = new AbortController();
    const answer = createClient({ baseUrl: service.url }).get('j1', { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});

describe('createClient', () => {
  it.each(['http://127.0.0.1:1', 'unix:/nonexistent/api.sock'])(
    'says what to do when nobody listens at %s',
    async (baseUrl) => {
      const failed: unknown = await createClient({ baseUrl })
        .submit({ argv: ['x'] })
        .catch((e: unknown) => e);
      expect(failed).toBeInstanceOf(ConnectionError);
      expect(String(failed)).toMatch(
        /at (http:|unix:).*: (ECONNREFUSED|ENOENT|bad port)\. Is the service running\? Start it with npm start/,
      );
    },
  );

  it('does not take a stranger on the port for Sandlot', async () => {
    await using service = await startScripted((_seen, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    const answer = createClient({ baseUrl: service.url }).get('j1');
    await expect(answer).rejects.toThrow(/not Sandlot answered with 502/);
  });

  it('tells an answer that breaks off from an answer', async () => {
    await using service = await startScripted((_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"id":', () => response.destroy());
    });
    const answer = createClient({ baseUrl: service.url }).get('j1');
    await expect(answer).rejects.toThrow(ConnectionError);
  });

  it.each(['127.0.0.1:7420', 'ftp://x', 'unix:relative.sock', ''])('refuses %j as an address', (baseUrl) => {
    expect(() => createClient({ baseUrl })).toThrow(/Expected the service's address as http:\/\/host:port/);
  });

  it('holds the same states for terminal as the contract', () => {
    for (const state of JOB_STATES) expect(isTerminal(state)).toBe(isTerminalByContract(state));
  });
});

describe('an API key that can be none', () => {
  it.each(['', 'secret secret', 'secret\n', 'secr€t'])('is refused and not shown: %j', (apiKey) => {
    const make = (): unknown => createClient({ baseUrl: 'http://127.0.0.1:1', apiKey });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^Expected the API key as visible ASCII characters, [^€]*$/);
    expect(make).not.toThrow('secret');
  });
});
