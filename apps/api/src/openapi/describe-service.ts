import { PROBLEMS } from '@sandlot/contract';
import { CURL_TARGET } from './service-address.js';

/** The introduction of the API's documentation, in Markdown. */
export function describeService({ hasKeys }: { readonly hasKeys: boolean }): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, meaning, remedy }]) =>
      `| <a id="problem-${code}"></a>\`${code}\` | ${status} | ${meaning} | ${remedy} |`,
  );
  return [
    'Runs untrusted programs in rootless cells and says exactly how they ended.',
    '',
    '```',
    `curl -s ${CURL_TARGET}/v1/jobs \\`,
    ...(hasKeys ? ['  -H "Authorization: Bearer $SANDLOT_API_KEY" \\'] : []),
    '  -H "Content-Type: application/json" -H "Prefer: wait=10" \\',
    `  -d '{"argv":["echo","hello"]}'`,
    '```',
    '',
    'How a program ends, be it a crash or a timeout, is the `outcome` of a finished job, never an HTTP error.',
    ...(hasKeys
      ? [
          'Every request but those for health and documentation needs an API key; a job is seen by its tenant only.',
        ]
      : []),
    'Sizes are bytes, times are milliseconds, timestamps RFC 3339 in UTC.',
    '',
    'Refusals are `application/problem+json` (RFC 9457) with a stable `code`:',
    '',
    '| code | status | meaning | how to solve |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
