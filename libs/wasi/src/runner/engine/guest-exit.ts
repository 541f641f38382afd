/** Leaves the guest, however deep it is: what proc_exit throws. */
export class GuestExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('exit');
    this.exitCode = exitCode >>> 0;
  }
}
