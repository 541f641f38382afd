/** Which parts of the service a process runs. */
export type ServicePart = 'api' | 'worker';

/** The command that runs just these parts. */
export function commandOf(parts: ReadonlySet<ServicePart>): string {
  if (parts.size === 2) return 'serve';
  return parts.has('api') ? 'api' : 'worker';
}
