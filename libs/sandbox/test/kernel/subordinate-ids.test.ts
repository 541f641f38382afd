import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { workerIdentity } from '../../src/slot/host-identity.js';
import type { SubordinateIds } from '../../src/slot/identify-worker.js';
import { hasOtherUids } from '../support/subordinate-ids.js';

const PROGRAM = new URL('../support/tell-uids.ts', import.meta.url).pathname;
const OWN = workerIdentity().uid;
const NO_NEW_PRIVS = ['setpriv', '--no-new-privs'];
const NO_PROGRAMS = ['env', 'PATH=/nowhere'];

/** What a worker says that is started behind the words of `before`. */
async function tellUids(option: SubordinateIds, before: readonly string[] = ['env']) {
  const [program = '', ...args] = before;
  const node = [process.execPath, '--conditions=development', '--import', 'tsx', PROGRAM, option];
  const { stdout } = await promisify(execFile)(program, [...args, ...node]);
  return JSON.parse(stdout) as { readonly uids?: readonly number[]; readonly error?: string };
}

describe.runIf(hasOtherUids)('payloads of a worker', () => {
  it.each(['auto', 'require'] as const)('have a host uid of their slot alone: %s', async (option) => {
    const { uids = [] } = await tellUids(option);
    expect(new Set(uids).size).toBe(2);
    expect(uids).not.toContain(OWN);
    expect(uids).not.toContain(0);
  });

  it('have others than those of a worker beside it', async () => {
    const told = await Promise.all([tellUids('auto'), tellUids('auto')]);
    expect(new Set(told.flatMap(({ uids = [] }) => uids)).size).toBe(4);
  });
});

const plainTests = () => {
  it.each<readonly [string, SubordinateIds, readonly string[]]>([
    ['if the operator wants it so', 'off', ['env']],
    ['under no_new_privs', 'auto', NO_NEW_PRIVS],
    ['without newuidmap', 'auto', NO_PROGRAMS],
  ])('share the uid of their worker %s', async (_when, option, before) => {
    expect(await tellUids(option, before)).toEqual({ uids: [OWN, OWN] });
  });

  it.runIf(hasOtherUids).each<readonly [string, readonly string[], RegExp]>([
    ['under no_new_privs', NO_NEW_PRIVS, /newuidmap: EPERM.*no_new_privs is set.*NoNewPrivileges=/],
    ['without newuidmap', NO_PROGRAMS, /newuidmap: ENOENT.*newuidmap is not installed.*uidmap/],
  ])('are not run if they must not share it: %s', async (_when, before, message) => {
    const { error } = await tellUids('require', before);
    expect(error).toMatch(/SANDLOT_SUBORDINATE_IDS=require asks for a host uid of its own for each slot/);
    expect(error).toMatch(message);
  });
};

const rootTests = () => {
  it('have uids of their own whatever becomes of newuidmap', async () => {
    const { uids = [] } = await tellUids('off', [...NO_NEW_PRIVS, ...NO_PROGRAMS]);
    expect(new Set([...uids, OWN]).size).toBe(3);
  });
};

// CI runs these tests as both.
const [who, tests] = OWN === 0 ? ['root', rootTests] : ['a plain user', plainTests];
describe(`payloads of a worker that ${who} has started`, tests);
