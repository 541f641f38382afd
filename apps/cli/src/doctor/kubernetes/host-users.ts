import type { HostFacts } from '@sandlot/sandbox';

/** Whether this process lives in the first user namespace, which maps every id to itself (user_namespaces(7)). */
export function isInHostUsers({ uidMap }: HostFacts): boolean {
  return uidMap.some(
    ({ inside, outside, count }) => inside === 0 && outside === 0 && count === 4_294_967_295,
  );
}
