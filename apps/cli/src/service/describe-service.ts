import type { JobSpecInput } from '@sandlot/contract';
import type { SandboxAbilities } from '@sandlot/engine';
import { hidePassword } from '../config/hide-password.js';
import { TIER_TEXT } from '../doctor/tier-text.js';
import { sentences } from '../doctor/sentences.js';
import { describeEnforcement } from '../outcome/describe-enforcement.js';
import { HELLO_MODULE } from '../spec/hello-module.js';
import type { Standstill } from './standstill.js';

/** Of the second column. */
const INDENT = ' '.repeat('  missing '.length);

/** The worker's name, with its sandbox or why it takes no jobs. */
export type WorkerFacts =
  | { readonly name: string; readonly slots: number; readonly abilities: SandboxAbilities }
  | { readonly name: string; readonly standstill: Standstill };

interface CurlOptions {
  readonly hasKeys?: boolean;
  readonly job: JobSpecInput;
}

/** What a started service says of itself. */
export interface ServiceFacts {
  readonly version: string;
  /** Where the API listens; absent without one. */
  readonly address?: string;
  /** Whether the API asks for keys. */
  readonly hasKeys?: boolean;
  /** Absent without a worker. */
  readonly worker?: WorkerFacts;
  /** Where health and metrics alone are answered; absent: nowhere. */
  readonly health?: string;
  readonly dataDir: string;
  readonly queue: string;
}

/**
 * The lines that greet whoever started the service, with a command to try.
 *
 * @param program a job that this machine has the program for; workers elsewhere are taken for its like
 */
export function describeService(facts: ServiceFacts, program?: JobSpecInput): string {
  const { version, address, hasKeys = false, worker, health, dataDir, queue } = facts;
  const lines = [
    address === undefined
      ? `Sandlot ${version}: worker ${worker?.name ?? ''}`
      : `Sandlot ${version} listens on ${address}`,
  ];
  if (worker !== undefined) lines.push(...describeWorker(worker));
  if (health !== undefined) lines.push(`  health  ${health}`);
  lines.push(`  queue   ${hidePassword(queue)}`, `  data    ${dataDir}`);
  if (hasKeys) lines.push('  keys    asked for; $SANDLOT_API_KEY below stands for one');
  if (address !== undefined)
    lines.push('', 'Try:', `  ${curlLine(address, { hasKeys, job: exampleFor(worker, program) })}`);
  return `${lines.join('\n')}\n`;
}

function describeWorker(worker: WorkerFacts): readonly string[] {
  if ('standstill' in worker) return [`  no jobs ${sentences(worker.standstill.reason).join(`\n${INDENT}`)}`];
  const { tier, enforcement, findings } = worker.abilities;
  return [
    `  cells   ${worker.slots} at once, isolation tier ${tier}: ${TIER_TEXT[tier]}`,
    `  limits  ${describeEnforcement(enforcement)}`,
    ...findings.map(
      ({ ability, message }) => `  missing ${ability}: ${sentences(message).join(`\n${INDENT}`)}`,
    ),
  ];
}

function exampleFor(worker: WorkerFacts | undefined, program: JobSpecInput = HELLO_MODULE): JobSpecInput {
  if (worker === undefined || 'standstill' in worker) return program;
  return worker.abilities.runtimes.includes('native') ? program : HELLO_MODULE;
}

/** A request that runs `job`, ready to paste into a shell. */
export function curlLine(address: string, { hasKeys = false, job }: CurlOptions): string {
  const body = JSON.stringify(job);
  const target = address.startsWith('unix:')
    ? `--unix-socket ${address.slice('unix:'.length)} http://localhost`
    : address;
  const key = hasKeys ? ` -H "Authorization: Bearer $SANDLOT_API_KEY"` : '';
  return `curl -s ${target}/v1/jobs${key} -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '${body}'`;
}
