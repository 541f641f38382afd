const LONGEST_CHARACTER_BYTES = 4;

/** How many bytes at the end (0–3) begin a UTF-8 character without ending it (RFC 3629). */
export function unfinishedCharacterBytes(bytes: Uint8Array): number {
  for (let count = 1; count < LONGEST_CHARACTER_BYTES && count <= bytes.length; count += 1) {
    const byte = bytes[bytes.length - count] ?? 0;
    if (isContinuation(byte)) continue;
    const second = count > 1 ? bytes[bytes.length - count + 1] : undefined;
    return count < characterBytes(byte) && canFollow(byte, second) ? count : 0;
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}

/** Length of the character that a lead byte announces; 0 for a byte that can lead none (RFC 3629, section 4). */
function characterBytes(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Whether the second byte keeps the character short of overlong forms, surrogates and U+110000 (RFC 3629). */
function canFollow(lead: number, second: number | undefined): boolean {
  if (second === undefined) return true;
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}
