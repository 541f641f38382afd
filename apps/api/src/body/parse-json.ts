import { fieldName } from '@sandlot/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../problem/refusal.js';
import { shapeDefect } from './check-shape.js';
import { findForbiddenKeys } from './forbidden-keys.js';

/**
 * Takes JSON and nothing else as a body. The framework's parser refuses keys such as `__proto__`; before it, the text
 * must be of a shape that a job can have, and the bytes UTF-8, for it would replace what is not by U+FFFD and alter
 * the job.
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const defect = shapeDefect(body);
    if (defect !== undefined) {
      done(new Refusal('invalid-request', `${defect}.`, { errors: [{ field: 'body', message: defect }] }));
      return;
    }
    let text: string;
    try {
      text = decoder.decode(body);
    } catch (cause) {
      done(new Refusal('malformed-json', 'The body is not UTF-8; send binary content as base64.', { cause }));
      return;
    }
    parseText(parse, request, text, done);
  });
}

type Done = (error: Error | null, body?: unknown) => void;
type JsonParser = ReturnType<FastifyInstance['getDefaultJsonParser']>;

function parseText(parse: JsonParser, request: FastifyRequest, text: string, done: Done): void {
  // The parser calls back at once; it returns a promise only if asked to by its type, never in fact.
  void parse(request, text, (error, value) => {
    if (error === null) done(null, value);
    else done(whatIsWrong(text, error));
  });
}

/** The framework only says that it will not have it; the engine's own parser says where it breaks, if it does. */
function whatIsWrong(text: string, cause: Error): Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new Refusal('malformed-json', `The body is not JSON: ${why}.`, { cause });
  }
  const message = 'A field cannot have this name: it would reach into the prototype of an object';
  const errors = findForbiddenKeys(value).map((path) => ({ field: fieldName(path), message }));
  const detail = errors.map(({ field }) => `${field}: ${message}.`).join(' ');
  return new Refusal('invalid-request', detail, { errors, cause });
}
