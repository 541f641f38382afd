import type { KeyEntry } from '@sandlot/api';
import { printDocument } from '../terminal/print-document.js';
import { writeOut } from '../terminal/write-out.js';
import { demandKeysPath, type KeysFileOption } from './keys-path.js';
import { readKeysFile } from './read-keys-file.js';

/** What `sandlot keys list` does. @throws {CommandError} if there is no such file, or it cannot be used. */
export async function listKeysCommand(
  options: KeysFileOption & { readonly json?: boolean },
): Promise<number> {
  const { entries } = await readKeysFile(demandKeysPath(options, process.env['SANDLOT_API_KEYS_FILE']));
  if (options.json === true) await printDocument({ keys: entries });
  else await writeOut(process.stdout, describeKeys(entries, Date.now()));
  return 0;
}

/** One line for each key, in columns. */
export function describeKeys(entries: readonly KeyEntry[], now: number): string {
  const rows = [
    ['ID', 'TENANT', 'SCOPES', 'CREATED', 'EXPIRES'],
    ...entries.map(({ id, tenant, scopes, createdAt = '-', expiresAt }) => [
      id,
      tenant,
      scopes.join(','),
      createdAt,
      describeExpiry(expiresAt, now),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function describeExpiry(expiresAt: string | undefined, now: number): string {
  if (expiresAt === undefined) return 'never';
  return Date.parse(expiresAt) <= now ? `${expiresAt} (has expired)` : expiresAt;
}
