/** The error of a BullMQ feature that the embedded backend leaves out. */
export function unsupported(feature: string): Error {
  return new Error(
    `BullMQ's ${feature} are not supported by the embedded backend: Sandlot does not use them. Use SANDLOT_QUEUE=redis://… for a queue that has them`,
  );
}
