import type { SandboxAbilities } from '@sandlot/engine';
import { hidePassword } from '../config/hide-password.js';
import { TIER_TEXT } from '../doctor/tier-text.js';
import { sentences } from '../doctor/sentences.js';
import { describeEnforcement } from '../outcome/describe-enforcement.js';

/** Of the second column. */
const INDENT = ' '.repeat('  missing '.length);

/** What a started service says of itself. */
export interface ServiceFacts {
  readonly version: string;
  /** Where the API listens; absent without one. */
  readonly address?: string;
  /** Whether the API asks for keys. */
  readonly hasKeys?: boolean;
  /** The worker's name and sandbox; absent without a worker. */
  readonly worker?: { readonly name: string; readonly slots: number; readonly abilities: SandboxAbilities };
  readonly dataDir: string;
  readonly queue: string;
}

/** The lines that greet whoever started the service, with a command to try. */
export function describeService(facts: ServiceFacts): string {
  const { version, address, hasKeys = false, worker, dataDir, queue } = facts;
  const lines = [
    address === undefined
      ? `Sandlot ${version}: worker ${worker?.name ?? ''}`
      : `Sandlot ${version} listens on ${address}`,
  ];
  if (worker !== undefined) {
    const { tier, enforcement, findings } = worker.abilities;
    lines.push(`  cells   ${worker.slots} at once, isolation tier ${tier}: ${TIER_TEXT[tier]}`);
    lines.push(`  limits  ${describeEnforcement(enforcement)}`);
    for (const { ability, message } of findings)
      lines.push(`  missing ${ability}: ${sentences(message).join(`\n${INDENT}`)}`);
  }
  lines.push(`  queue   ${hidePassword(queue)}`, `  data    ${dataDir}`);
  if (hasKeys) lines.push('  keys    asked for; $SANDLOT_API_KEY below stands for one');
  if (address !== undefined) lines.push('', 'Try:', `  ${curlLine(address, hasKeys)}`);
  return `${lines.join('\n')}\n`;
}

/** A job that shows the cell from inside, ready to paste into a shell. */
export function curlLine(address: string, hasKeys = false): string {
  const body = JSON.stringify({ argv: ['/bin/sh', '-c', 'id; hostname; ls -l /proc'] });
  const target = address.startsWith('unix:')
    ? `--unix-socket ${address.slice('unix:'.length)} http://localhost`
    : address;
  const key = hasKeys ? ` -H "Authorization: Bearer $SANDLOT_API_KEY"` : '';
  return `curl -s ${target}/v1/jobs${key} -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '${body}'`;
}
