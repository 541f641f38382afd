/**
 * What a tenant's idempotency key is called in the queue, so that two tenants may choose the same one. Neither a
 * tenant's name nor a key that came over HTTP has a space, so no other pair has this name.
 */
export function tenantKey(tenant: string | undefined, key: string): string {
  return tenant === undefined ? key : `${tenant} ${key}`;
}
