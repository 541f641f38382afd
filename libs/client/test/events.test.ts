import type { ServerResponse } from 'node:http';
import type { JobEvent } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { ProblemError, createClient, type ReceivedEvent } from '../src/index.js';
import { sendJson, sendProblem, startScripted } from './support/scripted-service.js';

const AT = '2026-01-01T00:00:00.000Z';

function output(offset: number, text: string): JobEvent {
  return { type: 'output', attempt: 1, step: 'run', stream: 'stdout', offset, encoding: 'utf8', text };
}
const running: JobEvent = { type: 'state', state: 'running', at: AT };
const succeeded: JobEvent = { type: 'state', state: 'succeeded', at: AT };

function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1000\n\n: heartbeat\n\n');
}

function frame(id: number, event: JobEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

async function collect(events: AsyncIterable<ReceivedEvent>): Promise<readonly ReceivedEvent[]> {
  const all: ReceivedEvent[] = [];
  for await (const item of events) all.push(item);
  return all;
}

describe('client.events', () => {
  it('yields every event up to the end, however the bytes are cut', async () => {
    await using service = await startScripted((_seen, response) => {
      beginStream(response);
      const bytes = Buffer.from(
        frame(1, running) + frame(2, output(0, 'zwölf\nlines')) + frame(3, succeeded),
      );
      let sent = 0;
      const next = (): void => {
        if (sent >= bytes.length) return void response.end();
        response.write(bytes.subarray(sent, (sent += 7)), next);
      };
      next();
    });
    const events = await collect(createClient({ baseUrl: service.url }).events('j1'));
    expect(events).toEqual([
      { id: '1', event: running },
      { id: '2', event: output(0, 'zwölf\nlines') },
      { id: '3', event: succeeded },
    ]);
  });

  it('comes back after the last event when the connection breaks, when it is ended, and when it is refused', async () => {
    await using service = await startScripted((_seen, response, turn) => {
      if (turn === 2) return sendProblem(response, 503, 'queue-unavailable');
      beginStream(response);
      if (turn === 0) response.write(frame(1, running), () => response.destroy());
      else if (turn === 1) response.end(`${frame(2, output(0, 'a'))}id: 3\ndata: {"half`);
      else response.end(frame(3, output(1, 'b')) + frame(4, succeeded));
    });
    const events = await collect(createClient({ baseUrl: service.url }).events('j1'));
    expect(events.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    expect(service.seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '2', '2']);
  });

  it('ends when nothing follows the event that was known already', async () => {
    await using service = await startScripted((seen, response) => {
      if (seen.path.endsWith('/events')) {
        beginStream(response);
        response.end();
      } else sendJson(response, 200, { id: 'j1', state: 'failed' });
    });
    expect(await collect(createClient({ baseUrl: service.url }).events('j1', { after: '9' }))).toEqual([]);
    expect(service.seen[0]?.headers['last-event-id']).toBe('9');
  });

  it('does not try again what was refused for good', async () => {
    await using service = await startScripted((_seen, response) =>
      sendProblem(response, 404, 'job-not-found'),
    );
    const events = collect(createClient({ baseUrl: service.url }).events('j1'));
    await expect(events).rejects.toThrow(ProblemError);
    expect(service.seen).toHaveLength(1);
  });

  it('lets go of the connection when its reader stops', async () => {
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    await using service = await startScripted((_seen, response) => {
      response.on('close', () => closed?.());
      beginStream(response);
      response.write(frame(1, running));
    });
    for await (const { id } of createClient({ baseUrl: service.url }).events('j1')) {
      expect(id).toBe('1');
      break;
    }
    await gone;
  });

  it('stops with the reason of its signal', async () => {
    await using service = await startScripted((_seen, response) => {
      beginStream(response);
      response.write(frame(1, running));
    });
    const controller = new AbortController();
    const { signal } = controller;
    const events = createClient({ baseUrl: service.url }).events('j1', { signal });
    const read = (async () => {
      for await (const { id } of events) if (id === '1') controller.abort(new Error('enough'));
    })();
    await expect(read).rejects.toThrow('enough');
  });
});

describe('client.waitFor', () => {
  it('gives the finished job', async () => {
    let state = 'running';
    await using service = await startScripted((seen, response) => {
      if (!seen.path.endsWith('/events')) return sendJson(response, 200, { id: 'j1', state });
      beginStream(response);
      state = 'succeeded';
      response.end(frame(1, running) + frame(2, succeeded));
    });
    const job = await createClient({ baseUrl: service.url }).waitFor('j1');
    expect(job.state).toBe('succeeded');
  });

  it('asks once for a job that has ended', async () => {
    await using service = await startScripted((_seen, response) =>
      sendJson(response, 200, { id: 'j1', state: 'dead' }),
    );
    await createClient({ baseUrl: service.url }).waitFor('j1');
    expect(service.seen).toHaveLength(1);
  });
});
