import type { CellFile } from '@sandlot/engine';
import { BodyWriter } from '../native/body-writer.js';
import { BODY_BYTES } from '../native/protocol.js';

/** Body of the request to put files (SBX_PUT_FILES in native/include/protocol.h). @throws {RangeError} if they are too many bytes. */
export function encodeFiles(files: readonly CellFile[]): Buffer {
  const body = new BodyWriter();
  body.list(files, ({ path, mode, content }) => body.string(path).u32(mode).bytes(content));
  const bytes = body.finish();
  if (bytes.length <= BODY_BYTES) return bytes;
  throw new RangeError(
    `The files of a job are ${bytes.length} bytes together, at most ${BODY_BYTES} can be placed`,
  );
}
