import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layoutSize } from './library.js';
import {
  BIND,
  PROC,
  BODY_BYTES,
  decodeFileRecord,
  decodeReport,
  ERROR_BYTES,
  FILE,
  FILE_RECORD_BYTES,
  FRAME_BYTES,
  INLINE_BYTES,
  KILLED,
  LAUNCH_BYTES,
  LAUNCHED_BYTES,
  OPERATION,
  REPORT,
  REPORT_BYTES,
  REQUEST,
  STEP,
  STEP_TEXT,
} from './protocol.js';

const HEADER = readFileSync(
  new URL('./include/protocol.h', import.meta.resolve('@sandlot/native/package.json')),
  'utf8',
);

/** SOME_NAME as the TypeScript side spells it. */
const camelCase = (name: string) =>
  name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const xMacro = () =>
  [...HEADER.matchAll(/X \((\w+), (\d+), "([^"]+)"\)/g)].map(([, name, number, text]) => ({
    name: camelCase(name!),
    number: Number(number),
    text: text!,
  }));

const enumeration = (prefix: string, last: string) =>
  [...HEADER.slice(0, HEADER.indexOf(last) + 40).matchAll(new RegExp(`SBX_(${prefix}) = (\\d+)`, 'g'))].map(
    ([, name, number]) => [camelCase(name!), Number(number)] as const,
  );

describe('protocol.ts', () => {
  it('has the structure sizes of protocol.h', () => {
    const sizes = [0, 1, 2, 3, 4, 5, 6].map((structure) => layoutSize(structure));
    expect(sizes).toEqual([
      FRAME_BYTES,
      ERROR_BYTES,
      REPORT_BYTES,
      LAUNCH_BYTES,
      LAUNCHED_BYTES,
      REPORT_BYTES,
      FILE_RECORD_BYTES,
    ]);
  });

  it('has its operations and steps, with their texts', () => {
    expect(Object.fromEntries(xMacro().map(({ number, text }) => [number, text]))).toEqual(STEP_TEXT);
    const numbers = Object.fromEntries(xMacro().map(({ name, number }) => [name, number]));
    expect(numbers).toMatchObject({ ...OPERATION, ...STEP });
  });

  it('has its requests, reports, flags and sizes', () => {
    expect(
      Object.fromEntries(
        enumeration(
          'BUILD|OPEN_CELL|PUT_FILES|RUN_STEP|KILL|PROGRESS|GET_FILES|RELEASE_STEP',
          'SBX_RELEASE_STEP',
        ),
      ),
    ).toEqual(REQUEST);
    expect(
      Object.fromEntries(enumeration('READY|FAILED|STARTED|ENDED|CELL_GONE|ENDING|DENIED', 'SBX_DENIED')),
    ).toEqual(REPORT);
    const flags = [...HEADER.matchAll(/#define SBX_BIND_(\w+) (\d)u/g)].map(([, name, bit]) => [
      camelCase(name!),
      Number(bit),
    ]);
    expect(Object.fromEntries(flags)).toEqual(BIND);
    const proc = [...HEADER.matchAll(/#define SBX_PROC_(\w+) (\d)u/g)].map(([, name, bit]) => [
      camelCase(name!),
      Number(bit),
    ]);
    expect(Object.fromEntries(proc)).toEqual(PROC);
    const reasons = [...HEADER.matchAll(/#define SBX_KILLED_(\w+) (\d)u/g)].map(([, name, number]) => [
      camelCase(name!),
      Number(number),
    ]);
    expect(Object.fromEntries(reasons)).toEqual(KILLED);
    const files = [...HEADER.matchAll(/#define SBX_FILE_(\w+) (\d)u/g)].map(([, name, number]) => [
      camelCase(name!),
      Number(number),
    ]);
    expect(Object.fromEntries(files)).toEqual(FILE);
    expect(HEADER).toContain(`SBX_INLINE_BYTES ${INLINE_BYTES}u`);
    expect(BODY_BYTES).toBe(96 << 20);
    expect(HEADER).toContain('SBX_BODY_BYTES (96u << 20)');
  });

  it('finds the fields of a report where C puts them', () => {
    const bytes = Buffer.alloc(REPORT_BYTES);
    for (const [offset, value] of [
      [0, 1],
      [4, 2],
      [8, 3],
      [12, 4],
      [16, 5],
      [20, 6],
      [24, 7],
      [28, 12],
      [72, 1],
    ] as const)
      bytes.writeUInt32LE(value, offset);
    for (const [offset, value] of [
      [32, 8n],
      [40, 9n],
      [48, 10n],
      [56, 11n],
      [64, 13n],
    ] as const)
      bytes.writeBigUInt64LE(value, offset);
    expect(decodeReport(bytes)).toEqual({
      kind: 1,
      cell: 2,
      error: { step: 3, index: 4, errno: 5 },
      status: 6,
      killed: 7,
      wallNs: 8,
      userUs: 9,
      systemUs: 10,
      memoryPeakBytes: 11,
      tasksPeak: 12,
      diskUsedBytes: 13,
      diskFull: true,
    });
  });

  it('finds the fields of a file record where C puts them', () => {
    const bytes = Buffer.alloc(FILE_RECORD_BYTES);
    for (const [offset, value] of [
      [0, 1],
      [4, 2],
      [8, 3],
    ] as const)
      bytes.writeUInt32LE(value, offset);
    bytes.writeBigUInt64LE(4n, 16);
    expect(decodeFileRecord(bytes)).toEqual({ kind: 1, request: 2, pathLength: 3, size: 4 });
  });
});
