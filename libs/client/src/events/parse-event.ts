import type { JobEvent } from '@sandlot/contract';

/** An event with its id, which `after` takes. */
export interface ReceivedEvent {
  readonly id: string;
  readonly event: JobEvent;
}

/**
 * Reads server-sent events (WHATWG HTML, section 9.2.6) out of a body: fields by line, an event by empty line,
 * comments passed over. A line may be split anywhere between chunks.
 */
export async function* parseEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields: { id?: string; data: string[] } = { data: [] };
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '' || line === '\r') {
        if (fields.id !== undefined && fields.data.length > 0) yield toEvent(fields.id, fields.data);
        fields = { data: [] };
      } else {
        readField(line.replace(/\r$/, ''), fields);
      }
    }
  }
}

function readField(line: string, fields: { id?: string; data: string[] }): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'id') fields.id = value;
  if (name === 'data') fields.data.push(value);
}

function toEvent(id: string, data: readonly string[]): ReceivedEvent {
  // The service's own contract says what stands here; `event:` only repeats `type`.
  return { id, event: JSON.parse(data.join('\n')) as JobEvent };
}
