import { ARTIFACT_BOUNDS } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { FILE, FILE_RECORD_BYTES } from '../native/protocol.js';
import { FileStream } from './file-stream.js';

interface Said {
  readonly kind: number;
  readonly request?: number;
  readonly path?: string | Buffer;
  readonly pathLength?: number;
  readonly size?: number;
  readonly content?: string;
  readonly errno?: number;
}

const say = ({ kind, request = 0, path = '', pathLength, size, content, errno = 0 }: Said): Buffer => {
  const head = Buffer.alloc(FILE_RECORD_BYTES);
  const name = Buffer.from(path as string);
  head.writeUInt32LE(kind, 0);
  head.writeUInt32LE(request, 4);
  head.writeUInt32LE(pathLength ?? name.length, 8);
  head.writeBigUInt64LE(BigInt(size ?? content?.length ?? 0), 16);
  const verdict = Buffer.alloc(4);
  verdict.writeUInt32LE(errno);
  const rest = content === undefined ? [] : [Buffer.from(content), verdict];
  return Buffer.concat([head, name, ...rest]);
};
const END = say({ kind: FILE.end });

const read = (pieces: readonly Buffer[], paths = ['a', 'd']) => {
  const stream = new FileStream(paths);
  for (const piece of pieces) stream.push(piece);
  return stream;
};

const all = Buffer.concat([
  say({ kind: FILE.taken, path: 'a', content: 'xyz' }),
  say({ kind: FILE.taken, request: 1, path: 'd/empty', content: '' }),
  say({ kind: FILE.taken, request: 1, path: 'd/broken', content: '000', errno: 5 }),
  say({ kind: FILE.taken, request: 1, path: Buffer.from('d/\xff', 'latin1'), content: 'q' }),
  say({ kind: FILE.tooLarge, request: 1, path: 'd/large', size: 2 ** 40 }),
  say({ kind: FILE.missing, request: 1, path: 'd' }),
  END,
]);

describe('FileStream', () => {
  it.each([1, 2, 7, 24, 1000])('reads files and reasons in pieces of %i bytes', (length) => {
    const pieces = Array.from({ length: Math.ceil(all.length / length) }, (_, index) =>
      all.subarray(index * length, (index + 1) * length),
    );
    const { isComplete, collection } = read(pieces);
    expect(isComplete).toBe(true);
    expect(collection.files).toEqual([
      { path: 'a', content: Buffer.from('xyz') },
      { path: 'd/empty', content: Buffer.alloc(0) },
    ]);
    expect(collection.leftOut).toEqual([
      { path: 'd/broken', requested: 'd', reason: 'unreadable' },
      { path: 'd/\ufffd', requested: 'd', reason: 'name-not-utf8' },
      { path: 'd/large', requested: 'd', reason: 'too-large', bytes: 2 ** 40 },
      { path: 'd', requested: 'd', reason: 'missing' },
    ]);
  });

  it('keeps what came whole when init dies on the way', () => {
    const { isComplete, collection } = read([
      say({ kind: FILE.taken, path: 'a', content: 'x' }),
      say({ kind: 1 }),
    ]);
    expect(isComplete).toBe(false);
    expect(collection.files).toHaveLength(1);
  });

  it.each([
    ['of a kind that there is none of', say({ kind: 10, path: 'a' })],
    ['for a path that nobody asked for', say({ kind: FILE.missing, request: 2, path: 'a' })],
    ['with a path longer than any', say({ kind: FILE.missing, pathLength: 4096 })],
    [
      'of a file larger than allowed',
      say({ kind: FILE.taken, path: 'a', size: ARTIFACT_BOUNDS.fileBytes + 1 }),
    ],
    ['of a file whose size is no number', say({ kind: FILE.taken, path: 'a', size: 2 ** 63 })],
    ['of a file elsewhere', say({ kind: FILE.taken, path: 'b', content: 'x' })],
    ['of a file beside', say({ kind: FILE.taken, path: 'ab', content: 'x' })],
    ['of a file above', say({ kind: FILE.taken, path: 'a/../../etc/passwd', content: 'x' })],
    ['of an absolute path', say({ kind: FILE.taken, path: '/etc/passwd', content: 'x' })],
    ['after the end', Buffer.concat([END, Buffer.alloc(1)])],
  ])('does not take a record %s', (_what, bytes) => {
    expect(() => read([bytes])).toThrow(RangeError);
  });

  it('does not take more bytes or records than can be right', () => {
    const size = ARTIFACT_BOUNDS.fileBytes;
    const large = Buffer.concat([say({ kind: FILE.taken, path: 'a', size }), Buffer.alloc(size + 4)]);
    const stream = read([large, large]);
    expect(() => stream.push(say({ kind: FILE.taken, path: 'a', size: 1 }))).toThrow(RangeError);
    const many = new FileStream(['a']);
    expect(() => {
      for (let index = 0; index < 2000; index += 1) many.push(say({ kind: FILE.missing, path: 'a' }));
    }).toThrow(RangeError);
  });
});
