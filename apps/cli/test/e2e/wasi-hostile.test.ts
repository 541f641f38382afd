import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@sandlot/client';
import type { JobDocument, JobSpecInput } from '@sandlot/contract';
import { compileWasm, requireWasmCompiler } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import {
  catchesAndRecurses,
  largeFrames,
  lyingName,
  nestedBlocks,
  startSectionThrows,
  throwsForEver,
  wideBranches,
} from '../support/hostile-modules.js';
import { Services, type Service } from '../support/service.js';

const WALL_MS = 700;
/** What ended late is no limit: so much may pass beyond one. */
const SLACK_MS = 250;

const TIMED_OUT = { kind: 'timed-out', clock: 'wall', limitMs: WALL_MS };
const STACK_OVERFLOW = { kind: 'wasm-trap', trap: 'stack-overflow' };
const EXITED = { kind: 'exited', exitCode: 0 };

const descriptorsOf = ({ process: { child } }: Service): number =>
  readdirSync(`/proc/${child.pid}/fd`).length;

describe.runIf([hasCells, requireWasmCompiler()].every(Boolean))('a hostile module', () => {
  const services = new Services();
  let client: Client;
  let service: Service;
  let program: Uint8Array;
  beforeAll(async () => {
    const source = await readFile(join(import.meta.dirname, '../programs/hostile.c'), 'utf8');
    program = await compileWasm(source);
    const dataDir = join(await services.makeDirectory(), 'data');
    service = await services.start('serve', { SANDLOT_DATA_DIR: dataDir });
    client = createClient({ baseUrl: service.address });
  });
  afterAll(() => services.closeAll());

  const run = async (module: Uint8Array, rest: JobSpecInput): Promise<JobDocument> => {
    const content = Buffer.from(module).toString('base64');
    const files = [{ path: 'main.wasm', content, encoding: 'base64' as const }];
    const limits = { wallTimeMs: WALL_MS, inodes: 8192 };
    return await client.submit({ runtime: 'wasi', ...rest, files, limits }, { waitSeconds: 30 });
  };
  const expectInTime = ({ steps, attempts }: JobDocument): void => {
    expect(steps[0]?.usage.wallMs).toBeLessThan(WALL_MS + SLACK_MS);
    expect(attempts).toHaveLength(1);
  };

  describe.each(['wasmer', 'node'] as const)('with the engine %s', (wasiEngine) => {
    it.each([
      ['clocks', TIMED_OUT, ''],
      ['poll', TIMED_OUT, ''],
      ['poll-end', TIMED_OUT, ''],
      ['last-day', TIMED_OUT, ''],
      ['random', TIMED_OUT, ''],
      ['list', TIMED_OUT, ''],
      ['open', TIMED_OUT, 'told\n'],
      ['write', TIMED_OUT, ''],
      ['rename', TIMED_OUT, ''],
      ['sizes', TIMED_OUT, 'told\n'],
      ['record', { kind: 'wasm-trap', trap: 'unreachable' }, ''],
      ['maze', EXITED, 'told\n'],
      ['inodes', EXITED, 'told\n'],
    ])('gets nowhere by %s', async (verb, outcome, told) => {
      const document = await run(program, { wasiEngine, args: [verb] });
      expect(document.outcome).toMatchObject(outcome);
      expect(document.output?.stdout).toMatchObject({ text: told });
      expectInTime(document);
    });

    it.each([
      [nestedBlocks.name, nestedBlocks, EXITED],
      [largeFrames.name, largeFrames, STACK_OVERFLOW],
      [wideBranches.name, wideBranches, EXITED],
      [throwsForEver.name, throwsForEver, TIMED_OUT],
      [catchesAndRecurses.name, catchesAndRecurses, STACK_OVERFLOW],
      [
        startSectionThrows.name,
        startSectionThrows,
        { kind: 'wasm-trap', trap: 'other', message: 'uncaught exception' },
      ],
      [lyingName.name, lyingName, { kind: 'wasm-trap', trap: 'unreachable', message: 'unreachable' }],
    ])('gets nowhere by its shape: %s', async (_, module, outcome) => {
      const document = await run(module(), { wasiEngine });
      expect(document.outcome).toMatchObject(outcome);
      expectInTime(document);
    });
  });

  it('leaves nothing in the service', async () => {
    const before = descriptorsOf(service);
    for (const verb of ['record', 'open', 'inodes']) await run(program, { args: [verb] });
    // Connections that the client keeps open, and cells that are being started ahead.
    await expect.poll(() => descriptorsOf(service), { timeout: 10_000 }).toBeLessThan(before + 12);
  });
});
