import { read, type Environment } from '../config/read-setting.js';

/**
 * Becomes who the operator says (SANDLOT_RUN_AS), before anything else is done.
 *
 * @throws {CommandError} if the variable has not the form; {@link InfrastructureError} if it cannot.
 */
export async function becomeRunAs(environment: Environment): Promise<void> {
  const user = read(environment, 'SANDLOT_RUN_AS');
  if (user === undefined) return;
  const { becomeUser } = await import('@sandlot/sandbox');
  await becomeUser(user);
}
