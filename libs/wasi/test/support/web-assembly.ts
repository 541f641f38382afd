/** The part of the JavaScript interface that tests use; Node's own types leave it to those of browsers. */
interface Engine {
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  validate(bytes: Uint8Array): boolean;
  instantiate(module: CompiledModule, imports?: object): Promise<{ readonly exports: GuestExports }>;
}

interface CompiledModule {
  readonly [brand]: 'module';
}

declare const brand: unique symbol;

export interface GuestExports {
  readonly memory: Growable & { readonly buffer: ArrayBuffer };
  readonly table: Growable & { readonly length: number };
  readonly _start: () => void;
  /** Asks for pages from inside. */
  readonly grow: (pages: number) => number;
}

interface Growable {
  /** @throws {RangeError} where the instruction of a guest would answer -1. */
  grow(by: number): number;
}

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Engine }; // every Node has it
