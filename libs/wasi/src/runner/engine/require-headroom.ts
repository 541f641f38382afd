/** 64 KiB of stack, as arguments: many times what one call of ours or of @wasmer/wasi needs. */
const HEADROOM: readonly undefined[] = Array.from({ length: 8192 });

/** @throws {RangeError} that of V8 for a stack that is used up, which the guest's recursion then ends with */
export function requireHeadroom(): void {
  Reflect.apply(Boolean, undefined, HEADROOM);
}
