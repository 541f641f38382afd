import { RECORD_MAX_BYTES, TRAP_KINDS, type RunRecord, type TrapKind } from './runner-protocol.js';

/** The most a text of a record may have, in UTF-16 code units. */
export const MESSAGE_MAX_LENGTH = 500;
export const FUNCTION_MAX_LENGTH = 250;

const MAX_EXIT_CODE = 0xffff_ffff;

/**
 * Reads what a runner wrote to fd 4 after the line that said it was ready. Whatever is not exactly one record is
 * `undefined`: the process that wrote it ran a stranger's program.
 */
export function decodeRunRecord(bytes: Uint8Array): RunRecord | undefined {
  if (bytes.byteLength > RECORD_MAX_BYTES) return undefined;
  const fields = parseFields(bytes);
  switch (fields?.get('kind')) {
    case 'exited':
      return decodeExited(fields);
    case 'trapped':
      return decodeTrapped(fields);
    case 'refused':
      return decodeRefused(fields);
    default:
      return undefined;
  }
}

/** The fields of one line with one flat object; as a map, so that no name has a meaning of its own. */
function parseFields(bytes: Uint8Array): ReadonlyMap<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text.indexOf('\n') !== text.length - 1) return undefined;
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map<string, unknown>(Object.entries(value));
  } catch {
    // Not UTF-8 or not JSON: no record, which is the answer.
    return undefined;
  }
}

function decodeExited(fields: ReadonlyMap<string, unknown>): RunRecord | undefined {
  const exitCode = fields.get('exitCode');
  if (fields.size !== 2 || typeof exitCode !== 'number') return undefined;
  if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > MAX_EXIT_CODE) return undefined;
  // JSON knows a negative zero.
  return { kind: 'exited', exitCode: Math.abs(exitCode) };
}

function decodeTrapped(fields: ReadonlyMap<string, unknown>): RunRecord | undefined {
  const trap = asTrapKind(fields.get('trap'));
  const message = asText(fields.get('message'), MESSAGE_MAX_LENGTH);
  if (trap === undefined || message === undefined) return undefined;
  if (!fields.has('function')) return fields.size === 3 ? { kind: 'trapped', trap, message } : undefined;
  const name = asText(fields.get('function'), FUNCTION_MAX_LENGTH);
  if (name === undefined || fields.size !== 4) return undefined;
  return { kind: 'trapped', trap, message, function: name };
}

function decodeRefused(fields: ReadonlyMap<string, unknown>): RunRecord | undefined {
  const message = asText(fields.get('message'), MESSAGE_MAX_LENGTH);
  return message === undefined || fields.size !== 2 ? undefined : { kind: 'refused', message };
}

function asTrapKind(value: unknown): TrapKind | undefined {
  return TRAP_KINDS.find((kind) => kind === value);
}

/** A lone half of a surrogate pair is no text: it could not be stored or sent on. */
function asText(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || value.length > maxLength || !value.isWellFormed()) return undefined;
  return value;
}
