/** The service cannot be reached, or what answers there is not Sandlot. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(baseUrl: string, reason: string, options?: { readonly cause?: unknown }) {
    super(
      `Cannot talk to Sandlot at ${baseUrl}: ${reason}. ` +
        'Is the service running? Start it with npm start, or set SANDLOT_URL to where it listens.',
      options,
    );
  }
}

/** The errno or message at the bottom of what a failed request threw: `fetch failed` alone helps nobody. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.cause instanceof Error) return reasonOf(thrown.cause);
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown.message;
}
