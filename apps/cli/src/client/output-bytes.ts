import type { Output, OutputEvent } from '@sandlot/contract';

/** The bytes that a document or an event carries as text or base64. */
export function outputBytes(carrier: Output | OutputEvent): Buffer {
  return carrier.encoding === 'utf8'
    ? Buffer.from(carrier.text, 'utf8')
    : Buffer.from(carrier.base64, 'base64');
}
