/**
 * What a key may do. `jobs:write`: submit and cancel jobs of its tenant; the answers show the job. `jobs:read`: look at
 * them and follow them. `metrics:read`: /metrics. `admin`: all of this, and the jobs of every tenant.
 */
export const SCOPES = ['jobs:read', 'jobs:write', 'metrics:read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a route asks of its caller: a scope, or nothing at all. */
export type Access = Exclude<Scope, 'admin'> | 'open';

/** Who makes a request. */
export interface Caller {
  /** Of the key it showed; absent where the service has no keys. */
  readonly id?: string;
  /** Whose jobs it makes; absent where the service has no keys. */
  readonly tenant?: string;
  readonly scopes: readonly Scope[];
}

/** Everybody, where the service has no keys: whoever reaches it may do everything. */
export const ANYBODY: Caller = { scopes: ['admin'] };

/** The caller of a route that asks nothing of it, where the service has keys: may do nothing else. */
export const NOBODY: Caller = { scopes: [] };

/** Whether the caller has a scope; `admin` stands for all. */
export function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}

/** Whether a job is the caller's to see. One that came without a key is no tenant's, so only `admin` sees it. */
export function mayLookAt(caller: Caller, job: { readonly tenant?: string }): boolean {
  return hasScope(caller, 'admin') || (job.tenant !== undefined && job.tenant === caller.tenant);
}
