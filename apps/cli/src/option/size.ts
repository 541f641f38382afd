const UNITS = { b: 1, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 } as const;
const SIZE = /^(\d+(?:\.\d+)?) ?(b|kib|mib|gib)?$/i;

/**
 * Reads a size: a number with `KiB`, `MiB` or `GiB` (1024 each), or of plain bytes.
 *
 * @throws {RangeError} unless `text` is a whole number of bytes.
 */
export function parseSize(text: string): number {
  const match = SIZE.exec(text.trim());
  const unit = (match?.[2] ?? 'b').toLowerCase() as keyof typeof UNITS; // the expression admits no other
  const bytes = match === null ? NaN : Number(match[1]) * UNITS[unit];
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new RangeError(`Expected a size such as 64MiB, 512KiB, 1GiB or 65536 (bytes), got "${text}"`);
}

/** Writes a size the way {@link parseSize} reads it, in the largest unit that divides it: `64 KiB`. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0 B';
  if (bytes % UNITS.gib === 0) return `${bytes / UNITS.gib} GiB`;
  if (bytes % UNITS.mib === 0) return `${bytes / UNITS.mib} MiB`;
  if (bytes % UNITS.kib === 0) return `${bytes / UNITS.kib} KiB`;
  return `${bytes} B`;
}
