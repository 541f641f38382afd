import type { ByteReader } from './byte-reader.js';

const END = 0x0b;
const GC_PREFIX = 0xfb;
const VECTOR_PREFIX = 0xfd;
const VECTOR_CONST = 12;

type Skip = (reader: ByteReader) => void;

const nothing: Skip = () => {};
const index: Skip = (reader) => void reader.u32();

/** Instructions that may stand in a constant expression (core specification, 3.4.14), and what follows each. */
const INSTRUCTIONS: ReadonlyMap<number, Skip> = new Map<number, Skip>([
  [0x23, index], // global.get
  [0x41, (reader) => reader.skipSigned(32)], // i32.const
  [0x42, (reader) => reader.skipSigned(64)], // i64.const
  [0x43, (reader) => reader.skip(4)], // f32.const
  [0x44, (reader) => reader.skip(8)], // f64.const
  ...[0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e].map((code): [number, Skip] => [code, nothing]), // add, sub, mul
  [0xd0, (reader) => reader.skipSigned(33)], // ref.null
  [0xd2, index], // ref.func
  [GC_PREFIX, skipGcInstruction],
  [VECTOR_PREFIX, skipVectorConstant],
]);

/** The same for those behind GC_PREFIX. */
const GC_INSTRUCTIONS: ReadonlyMap<number, Skip> = new Map<number, Skip>([
  [0, index], // struct.new
  [1, index], // struct.new_default
  [6, index], // array.new
  [7, index], // array.new_default
  [8, skipFixedArray],
  [26, nothing], // any.convert_extern
  [27, nothing], // extern.convert_any
  [28, nothing], // ref.i31
]);

/** Passes over a constant expression and its `end`. Whether its types fit is for the engine to say. */
export function skipConstantExpression(reader: ByteReader): void {
  for (let code = reader.byte(); code !== END; code = reader.byte()) {
    const skip = INSTRUCTIONS.get(code) ?? reader.fail(`0x${code.toString(16)} is no constant instruction`);
    skip(reader);
  }
}

function skipGcInstruction(reader: ByteReader): void {
  const code = reader.u32();
  const skip = GC_INSTRUCTIONS.get(code) ?? reader.fail(`0xfb ${code} is no constant instruction`);
  skip(reader);
}

function skipFixedArray(reader: ByteReader): void {
  reader.u32();
  reader.u32();
}

function skipVectorConstant(reader: ByteReader): void {
  if (reader.u32() !== VECTOR_CONST) reader.fail('an instruction for vectors is not constant');
  reader.skip(16);
}
