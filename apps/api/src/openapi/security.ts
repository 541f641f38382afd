import type { Access } from '../keys/access.js';

/** Name of the scheme in the document. */
const SCHEME = 'apiKey';

/** How a client shows who it is (OpenAPI 3.1, "Security Scheme Object"). */
export const SECURITY_SCHEMES = {
  [SCHEME]: {
    type: 'http',
    scheme: 'bearer',
    description: [
      'An API key, made by the operator with `sandlot keys create`. Its scopes say what it may do: `jobs:read`,',
      '`jobs:write`, `metrics:read`, or `admin` for all of that and the jobs of every tenant.',
    ].join('\n'),
  },
} as const;

/** Alternatives, each with the schemes it needs and their scopes; `{}` needs nothing. */
export type SecurityRequirements = readonly Readonly<Record<string, readonly string[]>>[];

/** What an operation asks for. A service without keys takes a client with and without one. */
export function securityOf(
  access: Access | undefined,
  { hasKeys }: { readonly hasKeys: boolean },
): { readonly security?: SecurityRequirements } {
  if (access === undefined || access === 'open') return {};
  return { security: [...(hasKeys ? [] : [{}]), { [SCHEME]: [access] }] };
}
