import { createKey, type KeyEntry, type KeyRequest } from '@sandlot/api';
import { CommandError } from '../error/command-error.js';
import { parseExpiry } from '../option/expiry.js';
import { printDocument } from '../terminal/print-document.js';
import { writeOut } from '../terminal/write-out.js';
import { changeKeysFile } from './change-keys-file.js';
import { keysPath, type KeysFileOption } from './keys-path.js';

export interface CreateKeyOptions extends KeysFileOption {
  readonly tenant: string;
  readonly scope: readonly string[];
  readonly id?: string;
  readonly expires?: string;
  readonly json?: boolean;
}

/** What `sandlot keys create` does. @throws {CommandError} */
export async function createKeyCommand(options: CreateKeyOptions): Promise<number> {
  const { key, entry } = makeKey(options);
  const path = keysPath(options, process.env['SANDLOT_API_KEYS_FILE']);
  if (path !== undefined) await changeKeysFile(path, (entries) => addKey(entries, entry));
  if (options.json === true) await printDocument({ key, entry });
  else {
    await writeOut(process.stdout, `${key}\n`);
    if (path === undefined) await printDocument(entry);
    await writeOut(process.stderr, `${advice(entry, path)}\n`);
  }
  return 0;
}

function makeKey({ tenant, scope, id, expires }: CreateKeyOptions): ReturnType<typeof createKey> {
  const request: KeyRequest = {
    tenant,
    scopes: scope,
    ...(id === undefined ? {} : { id }),
    ...(expires === undefined ? {} : { expiresAt: parseExpiry(expires, Date.now()) }),
  };
  try {
    return createKey(request);
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`No key was made: ${error.message}`);
    throw error;
  }
}

function addKey(entries: readonly KeyEntry[], entry: KeyEntry): readonly KeyEntry[] {
  if (!entries.some(({ id }) => id === entry.id)) return [...entries, entry];
  throw new CommandError(
    `No key was made: there is one with the id ${entry.id}; revoke it, or choose another id`,
  );
}

function advice({ id, tenant }: KeyEntry, path: string | undefined): string {
  const place =
    path === undefined
      ? 'Put the entry into the list "keys" of the file that SANDLOT_API_KEYS_FILE names'
      : `Its digest is in ${path}`;
  return `sandlot: this is the key ${id} of the tenant ${tenant}; it is shown only now. ${place}.`;
}
