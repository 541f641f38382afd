/**
 * What the decoder throws at the first byte that is not as the WebAssembly core specification has it, since nothing
 * behind such a byte can be believed. It does not leave `admitModule`, which makes a refusal of it.
 */
export class MalformedModule extends Error {
  override readonly name = 'MalformedModule';

  /**
   * @param offset of the byte in the module.
   * @param defect a clause: `the section ends inside a number`.
   */
  constructor(offset: number, defect: string) {
    super(`at byte ${offset} (0x${offset.toString(16)}) ${defect}`);
  }
}
