import { sandlot } from './sandlot.js';

/** Makes a key with the real command, in a file that is made if need be. */
export async function makeKey(file: string, tenant: string, ...scopes: readonly string[]): Promise<string> {
  const args = ['keys', 'create', '--keys-file', file, '--tenant', tenant, '--scope', scopes.join(',')];
  const { code, stdout, stderr } = await sandlot(args);
  if (code !== 0) throw new Error(`sandlot keys create: ${stderr}`);
  return stdout.trim();
}
