import { CommandError } from '../error/command-error.js';
import { writeOut } from '../terminal/write-out.js';
import { changeKeysFile } from './change-keys-file.js';
import { demandKeysPath, type KeysFileOption } from './keys-path.js';
import { readKeysFile } from './read-keys-file.js';

/** What `sandlot keys revoke` does. @throws {CommandError} if there is no such key. */
export async function revokeKeyCommand(id: string, options: KeysFileOption): Promise<number> {
  const path = demandKeysPath(options, process.env['SANDLOT_API_KEYS_FILE']);
  await readKeysFile(path); // a file that is missing is not to be made
  await changeKeysFile(path, (entries) => {
    const others = entries.filter((entry) => entry.id !== id);
    if (others.length < entries.length) return others;
    throw new CommandError(
      `There is no key with the id ${JSON.stringify(id)} in ${path}; see sandlot keys list`,
    );
  });
  await writeOut(
    process.stderr,
    `sandlot: the key ${id} is revoked; a running service takes note within 2 s\n`,
  );
  return 0;
}
