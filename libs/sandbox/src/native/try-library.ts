/** What keeps native code from being loaded into this process. */
export interface LibraryFailure {
  readonly step: 'koffi' | 'libsandlot.so';
  /** As Node or the dynamic linker words it. */
  readonly message: string;
  /** Node's code, if it has given one. */
  readonly code?: string;
}

/** Loads koffi, then our library with every function of it, unless that is done. Undefined: nothing failed. */
export async function tryLibrary(): Promise<LibraryFailure | undefined> {
  return (
    (await failureOf('koffi', async () => await import('koffi'))) ??
    (await failureOf('libsandlot.so', async () => await import('./library.js')))
  );
}

async function failureOf(
  step: LibraryFailure['step'],
  load: () => Promise<unknown>,
): Promise<LibraryFailure | undefined> {
  try {
    await load();
    return undefined;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException; // nothing else is thrown by an import
    return { step, message, ...(code === undefined ? {} : { code }) };
  }
}
