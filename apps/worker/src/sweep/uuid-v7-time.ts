const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** When a UUIDv7 was made, in ms since 1970 (RFC 9562, section 5.7); undefined for any other text. */
export function uuidV7Time(id: string): number | undefined {
  const match = UUID_V7.exec(id);
  return match === null ? undefined : Number.parseInt(`${match[1]}${match[2]}`, 16);
}
