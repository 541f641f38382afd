import {
  ARTIFACT_BOUNDS,
  decodeUtf8,
  MAX_PATH_BYTES,
  pathDefect,
  type LeftOutReason,
} from '@sandlot/contract';
import type { CollectedFile, Collection, LeftOutFile } from '@sandlot/engine';
import { decodeFileRecord, FILE, FILE_RECORD_BYTES, type FileRecord } from '../native/protocol.js';

/** What init's words for a file that it did not take mean here. */
const REASONS: ReadonlyMap<number, LeftOutReason> = new Map([
  [FILE.missing, 'missing'],
  [FILE.symbolicLink, 'symbolic-link'],
  [FILE.specialFile, 'special-file'],
  [FILE.tooLarge, 'too-large'],
  [FILE.totalExceeded, 'total-exceeded'],
  [FILE.tooMany, 'too-many'],
  [FILE.tooDeep, 'too-deep'],
  [FILE.unreadable, 'unreadable'],
]);
const SIZE_REASONS: ReadonlySet<LeftOutReason> = new Set(['too-large', 'total-exceeded']);

/** An entry may be named twice, when its listing breaks off; so may a requested path, when it was cut. */
const RECORDS_PER_ENTRY = 2;
const VERDICT_BYTES = 4;

type Stage = 'record' | 'path' | 'content' | 'verdict' | 'over';

/**
 * Takes in what cell init writes for SBX_GET_FILES, in pieces of any size. Init is ours, but it has stood beside a
 * hostile payload: every figure of its is held against the bounds that it was given before anything is made of it.
 */
export class FileStream {
  readonly #paths: readonly string[];
  readonly #files: CollectedFile[] = [];
  readonly #leftOut: LeftOutFile[] = [];
  #stage: Stage = 'record';
  /** What the current stage fills, and how far it has come. */
  #field = Buffer.alloc(FILE_RECORD_BYTES);
  #filled = 0;
  #record: FileRecord = { kind: FILE.end, request: 0, pathLength: 0, size: 0 };
  #path: string | undefined;
  #shownPath = '';
  #content = Buffer.alloc(0);
  #records = 0;
  #bytes = 0;

  /** @param paths that were asked for. */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Whether init has said that there is nothing more. */
  get isComplete(): boolean {
    return this.#stage === 'over';
  }

  /** What has come whole so far. */
  get collection(): Collection {
    return { files: this.#files, leftOut: this.#leftOut };
  }

  /** @throws {RangeError} for anything that init would not write. */
  push(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#stage === 'over') throw new RangeError('Init wrote on after the end of the files');
      const part = rest.subarray(0, this.#field.length - this.#filled);
      this.#field.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      this.#advance();
    }
  }

  /** Several stages may be over at once: some fields are empty. */
  #advance(): void {
    while (this.#filled === this.#field.length && this.#stage !== 'over') this.#take();
  }

  #take(): void {
    switch (this.#stage) {
      case 'record':
        return this.#takeRecord(decodeFileRecord(this.#field));
      case 'path':
        return this.#takePath(this.#field);
      case 'content':
        this.#content = this.#field;
        return this.#expect('verdict', VERDICT_BYTES);
      case 'verdict':
        return this.#takeVerdict(this.#field.readUInt32LE(0));
      case 'over':
        return;
      default:
        return this.#stage satisfies never;
    }
  }

  #expect(stage: Stage, length: number): void {
    this.#stage = stage;
    this.#field = Buffer.alloc(length);
    this.#filled = 0;
  }

  #takeRecord(record: FileRecord): void {
    this.#record = record;
    if (record.kind === FILE.end) return this.#expect('over', 0);
    this.#records += 1;
    const most = RECORDS_PER_ENTRY * (this.#paths.length + ARTIFACT_BOUNDS.entries);
    const isKnown = record.kind === FILE.taken || REASONS.has(record.kind);
    const fits = record.request < this.#paths.length && record.pathLength <= MAX_PATH_BYTES;
    if (!isKnown || !fits || this.#records > most) throw unbounded(record);
    this.#expect('path', record.pathLength);
  }

  #takePath(bytes: Buffer): void {
    this.#path = decodeUtf8(bytes);
    this.#shownPath = this.#path ?? bytes.toString('utf8');
    const { kind, size } = this.#record;
    if (kind !== FILE.taken) return this.#leaveOut(REASONS.get(kind) ?? 'unreadable');
    this.#bytes += size;
    if (size > ARTIFACT_BOUNDS.fileBytes || this.#bytes > ARTIFACT_BOUNDS.totalBytes)
      throw unbounded(this.#record);
    this.#expect('content', size);
  }

  #takeVerdict(errno: number): void {
    if (errno !== 0) return this.#leaveOut('unreadable');
    if (this.#path === undefined) return this.#leaveOut('name-not-utf8');
    const requested = this.#requested();
    const isBelow = this.#path === requested || this.#path.startsWith(`${requested}/`);
    if (!isBelow || pathDefect(this.#path) !== undefined) throw unbounded(this.#record);
    this.#files.push({ path: this.#path, content: this.#content });
    this.#content = Buffer.alloc(0);
    this.#expect('record', FILE_RECORD_BYTES);
  }

  #leaveOut(found: LeftOutReason): void {
    const reason = this.#path === undefined ? 'name-not-utf8' : found;
    const sized = SIZE_REASONS.has(reason) ? { bytes: this.#record.size } : {};
    this.#leftOut.push({ path: this.#shownPath, requested: this.#requested(), reason, ...sized });
    this.#content = Buffer.alloc(0);
    this.#expect('record', FILE_RECORD_BYTES);
  }

  #requested(): string {
    return this.#paths[this.#record.request] ?? '';
  }
}

function unbounded({ kind, request, pathLength, size }: FileRecord): RangeError {
  return new RangeError(
    `Init wrote a file record that breaks its bounds: kind ${kind}, request ${request}, path of ${pathLength} bytes, size ${size}`,
  );
}
