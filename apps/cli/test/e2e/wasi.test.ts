import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@sandlot/client';
import { jobDocumentSchema, type JobDocument, type JobSpecInput } from '@sandlot/contract';
import { compileWasm, requireWasmCompiler } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { sandlot } from '../support/sandlot.js';
import { Services, type Service } from '../support/service.js';

const MiB = 1024 * 1024;
/** What ended late is no limit: so much may pass beyond one. */
const SLACK_MS = 250;

/** More for a soak: SANDLOT_SOAK_ROUNDS=200. */
const SOAK_ROUNDS = Number(process.env['SANDLOT_SOAK_ROUNDS'] ?? 5);

const descriptorsOf = ({ process: { child } }: Service): number =>
  readdirSync(`/proc/${child.pid}/fd`).length;

const isPossible = [hasCells, requireWasmCompiler()].every(Boolean);

/** A module whose start section never ends. */
const ENDLESS_START = Buffer.from(
  [
    '0061736d01000000', // magic, version
    '010401600000', // a type, () -> ()
    '0303020000', // two functions
    '0503010001', // a memory
    '071302066d656d6f72790200065f73746172740000', // exports: memory, _start
    '080101', // start section: the second function
    '0a0c0202000b070003400c000b0b', // { } and { loop br 0 end }
  ].join(''),
  'hex',
);

describe.runIf(isPossible)('a wasi job', () => {
  const services = new Services();
  let client: Client;
  let service: Service;
  let guest: Uint8Array;
  beforeAll(async () => {
    guest = await compileWasm(await readFile(join(import.meta.dirname, '../programs/guest.c'), 'utf8'), [
      '-g',
    ]);
    const dataDir = join(await services.makeDirectory(), 'data');
    service = await services.start('serve', { SANDLOT_DATA_DIR: dataDir, SANDLOT_CONCURRENCY: '2' });
    client = createClient({ baseUrl: service.address });
  });
  afterAll(() => services.closeAll());

  const encoded = (path: string, content: Uint8Array) => ({
    path,
    content: Buffer.from(content).toString('base64'),
    encoding: 'base64' as const,
  });
  const run = async (args: readonly string[], rest: JobSpecInput = {}): Promise<JobDocument> => {
    const files = [encoded('main.wasm', guest), ...(rest.files ?? [])];
    return await client.submit({ runtime: 'wasi', args: [...args], ...rest, files }, { waitSeconds: 30 });
  };
  const textOf = ({ output }: JobDocument): string =>
    output?.stdout.encoding === 'utf8' ? output.stdout.text : 'not text';
  /** What the clock that ended it has seen. */
  const timeOf = ({ steps }: JobDocument, clock: string): number => {
    const { wallMs, cpuUserMs, cpuSystemMs } = steps[0]!.usage;
    return clock === 'cpu' ? cpuUserMs + cpuSystemMs : wallMs;
  };
  const wallMsOf = ({ steps }: JobDocument): number => steps[0]?.usage.wallMs ?? Number.NaN;

  describe.each(['wasmer', 'node'] as const)('with the engine %s', (wasiEngine) => {
    it('has its arguments, environment and streams', async () => {
      const document = await run(['echo', 'a b', ''], { wasiEngine, env: { GREETING: 'hä' }, stdin: 'in\n' });
      expect(jobDocumentSchema.parse(document)).toEqual(document);
      expect(document).toMatchObject({
        state: 'succeeded',
        outcome: { kind: 'exited', exitCode: 0 },
        spec: { runtime: 'wasi', module: 'main.wasm', wasiEngine },
        output: { stderr: { text: 'apart\n' } },
      });
      expect(textOf(document)).toBe('[main.wasm][echo][a b][] hä\nin\n');
    });

    it('finds its files, and leaves artifacts', async () => {
      const document = await run(['copy', 'data/in', '/out'], {
        wasiEngine,
        files: [{ path: 'data/in', content: 'kept' }],
        artifacts: [{ path: 'out' }],
      });
      expect(document).toMatchObject({ state: 'succeeded', artifacts: [{ path: 'out', bytes: 4 }] });
    });

    it('sees nothing but its directories', async () => {
      expect(
        textOf(await run(['list', '/'], { wasiEngine }))
          .split('\n')
          .sort(),
      ).toEqual(['', '.', '..', 'main.wasm']);
      for (const path of ['/proc', '/usr', '../..', '/../etc'])
        expect(textOf(await run(['list', path], { wasiEngine }))).toMatch(
          /^(?:No such file|Capabilities|Operation not)/,
        );
    });

    it('does not leave its directory by a name that is swapped, while another job does the same', async () => {
      const race = async () =>
        await run(['race', '3000'], {
          wasiEngine,
          preopens: [{ path: '/', source: 'root' }],
          files: [{ path: 'secret', content: 'kept' }],
          artifacts: [{ path: 'secret' }, { path: 'root', optional: true }],
        });
      for (const document of await Promise.all([race(), race()])) {
        expect(textOf(document)).toBe('0\n');
        expect(document).toMatchObject({ state: 'succeeded', artifacts: [{ path: 'secret', bytes: 4 }] });
      }
    });

    it.each([0, 1, 7, 255])('tells exit code %i', async (code) => {
      expect((await run(['exit', String(code)], { wasiEngine })).outcome).toEqual({
        kind: 'exited',
        exitCode: code,
      });
    });

    it.each([
      ['256', 256],
      ['70000', 70_000],
      ['-1', 0xffff_ffff],
    ])('tells exit code %s, which no process has', async (code, wasiExitCode) => {
      const { outcome, state } = await run(['exit', code], { wasiEngine });
      expect([state, outcome]).toEqual(['failed', { kind: 'exited', exitCode: 255, wasiExitCode }]);
    });

    it.each([
      ['unreachable', { trap: 'unreachable' }],
      ['divide', { trap: 'divide-by-zero' }],
      ['bounds', { trap: 'out-of-bounds' }],
      ['call', { trap: 'indirect-call-mismatch' }],
      ['stack', { trap: 'stack-overflow', function: 'recurse' }],
    ])('tells a trap: %s', async (kind, trap) => {
      const { outcome } = await run(['trap', kind], { wasiEngine });
      expect(outcome).toMatchObject({ kind: 'wasm-trap', ...trap });
    });
  });

  it.each([
    ['loop', 'wallTimeMs', 'wall'],
    ['loop', 'cpuTimeMs', 'cpu'],
    ['calls', 'wallTimeMs', 'wall'],
    ['calls', 'cpuTimeMs', 'cpu'],
    ['sleep', 'wallTimeMs', 'wall'],
    ['sleep', 'idleTimeMs', 'idle'],
  ])('that does not end (%s) is ended by its %s', async (verb, limit, clock) => {
    const document = await run([verb, '3600'], { limits: { [limit]: 300 } });
    expect(document.outcome).toEqual({ kind: 'timed-out', clock, limitMs: 300 });
    expect(timeOf(document, clock)).toBeLessThan(300 + SLACK_MS);
  });

  it('whose start section does not end is ended by its wall time', async () => {
    const files = [encoded('main.wasm', ENDLESS_START)];
    const document = await client.submit(
      { runtime: 'wasi', files, limits: { wallTimeMs: 300 } },
      { waitSeconds: 30 },
    );
    expect(document.outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 300 });
    expect(wallMsOf(document)).toBeLessThan(300 + SLACK_MS);
  });

  it('gets no more memory than its limit, and may go on', async () => {
    const document = await run(['allocate'], { limits: { memoryBytes: 32 * MiB } });
    expect(document.outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(Number(textOf(document))).toBeGreaterThan(20);
    expect(Number(textOf(document))).toBeLessThan(32);
  });

  it('gets no more stack than its limit', async () => {
    for (const stackBytes of [64 * 1024, 256 * MiB]) {
      const { outcome, enforcement } = await run(['trap', 'stack'], { limits: { stackBytes } });
      expect(outcome).toMatchObject({ kind: 'wasm-trap', trap: 'stack-overflow', function: 'recurse' });
      expect(enforcement).toMatchObject({ stackBytes: 'engine', wallTimeMs: 'supervisor' });
    }
  });

  it('gets no more disk than its limit, and may go on', async () => {
    const document = await run(['fill', '/big'], { limits: { diskBytes: 2 * MiB } });
    expect(document.outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(textOf(document)).toMatch(/^1\d{6} No space left on device\n$/);
    const files = await run(['fill', '/big'], { limits: { fileBytes: MiB } });
    expect(textOf(files)).toBe(`${MiB} File too large\n`);
  });

  it('opens no more files than its limit', async () => {
    const document = await run(['open-all', '/'], { limits: { openFiles: 16 } });
    expect(textOf(document)).toBe('15 No file descriptors available\n');
    expect(document.enforcement).toMatchObject({ openFiles: 'engine' });
  });

  it('that writes without end is ended by its output', async () => {
    const document = await run(['flood'], { limits: { outputBytes: 100_000 } });
    expect(document.outcome).toEqual({ kind: 'output-exceeded', stream: 'stdout', limitBytes: 100_000 });
    expect(document.output?.stdout.bytes).toBe(100_000);
  });

  it('can be cancelled', async () => {
    const { id } = await client.submit({
      runtime: 'wasi',
      args: ['sleep', '3600'],
      files: [encoded('main.wasm', guest)],
      limits: { wallTimeMs: 60_000 },
    });
    await expect.poll(async () => (await client.get(id)).state, { timeout: 10_000 }).toBe('running');
    await client.cancel(id);
    await expect.poll(async () => (await client.get(id)).outcome).toEqual({ kind: 'cancelled' });
  });

  it('finds the directories it asks for, read-only where it says so', async () => {
    const preopens = [
      { path: '/in', source: 'a', readOnly: true },
      { path: '/out', source: 'made' },
    ];
    const files = [{ path: 'a/x', content: 'y' }];
    const copied = await run(['copy', '/in/x', '/out/x'], {
      preopens,
      files,
      artifacts: [{ path: 'made/x' }],
    });
    expect(copied).toMatchObject({ state: 'succeeded', artifacts: [{ path: 'made/x', bytes: 1 }] });
    expect(textOf(await run(['copy', '/in/x', '/in/z'], { preopens, files }))).toMatch(
      /not permitted|Read-only|insufficient/,
    );
    expect(textOf(await run(['list', '/'], { preopens: [] }))).toMatch(/insufficient|No such|Bad file/);
    const blocked = await run(['list', '/'], { preopens: [{ path: '/', source: 'main.wasm' }] });
    expect(blocked.outcome).toMatchObject({
      kind: 'exec-failed',
      message: expect.stringContaining('stands in its place'),
    });
  });

  it.each([
    ['noise', Buffer.from('no module'), 'does not begin with the bytes'],
    ['a component', Buffer.from('0061736d0d000100', 'hex'), 'component'],
    ['no program', Buffer.from('0061736d01000000', 'hex'), '_start'],
  ])('that is %s is refused before anything starts', async (_, module, message) => {
    const { outcome, steps } = await client.submit(
      { runtime: 'wasi', files: [encoded('main.wasm', module)] },
      { waitSeconds: 30 },
    );
    expect(outcome).toMatchObject({
      kind: 'exec-failed',
      path: 'main.wasm',
      errno: 'ENOEXEC',
      message: expect.stringContaining(message),
    });
    expect(steps[0]?.usage.wallMs).toBe(0);
  });

  it('whose memory begins above its limit is refused', async () => {
    const large = await compileWasm('int main(void) { return 0; }\n', ['-Wl,--initial-memory=4194304']);
    const { outcome } = await client.submit(
      { runtime: 'wasi', files: [encoded('main.wasm', large)], limits: { memoryBytes: MiB } },
      { waitSeconds: 30 },
    );
    expect(outcome).toMatchObject({ kind: 'exec-failed', message: expect.stringContaining('memory') });
  });

  it('leaves nothing, however many have ended however', async () => {
    const kinds: readonly [args: readonly string[], rest?: JobSpecInput][] = [
      [['echo'], { stdin: 'x' }],
      [['exit', '7'], { wasiEngine: 'node' }],
      [['trap', 'stack']],
      [['loop'], { limits: { wallTimeMs: 50 } }],
      [['flood'], { limits: { outputBytes: 1000 } }],
      [['fill', '/x'], { limits: { diskBytes: MiB } }],
    ];
    const before = descriptorsOf(service);
    for (let round = 0; round < SOAK_ROUNDS; round += 1)
      await Promise.all(kinds.map(async ([args, rest]) => await run(args, rest)));
    // Connections that the client keeps open, and cells that are being started ahead.
    await expect.poll(() => descriptorsOf(service), { timeout: 10_000 }).toBeLessThan(before + 24);
  }, 600_000);

  it('that grows and writes in turn never crashes its runner', async () => {
    const runs = await Promise.all(Array.from({ length: 30 }, async () => await run(['grow-and-write'])));
    expect(new Set(runs.map(({ outcome }) => JSON.stringify(outcome)))).toEqual(
      new Set(['{"kind":"exited","exitCode":0}']),
    );
    expect(new Set(runs.map((document) => textOf(document).split('\n').length))).toEqual(new Set([201]));
  }, 60_000);
});

describe.runIf(isPossible)('sandlot run --wasi', () => {
  const EXAMPLE = join(import.meta.dirname, '../../../../docs/examples/wasi/count.c');
  let directory: string;
  let module: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandlot-wasi-'));
    module = join(directory, 'count.wasm');
    await writeFile(module, await compileWasm(await readFile(EXAMPLE, 'utf8')));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('runs the example of the documentation', async () => {
    const out = join(directory, 'total');
    const args = ['run', '--stdin', '-', '--artifact', `out/total=${out}`, '--wasi', module];
    const { code, stdout } = await sandlot(args, { input: 'two words\n' });
    expect([code, stdout]).toEqual([0, '2 words\n']);
    expect(await readFile(out, 'utf8')).toBe('2\n');
  });

  it('passes arguments on, and gives directories as asked for', async () => {
    const args = ['run', '--wasi-engine', 'node', '--file', `${EXAMPLE}=in/text`, '--preopen', '/d=in:ro'];
    const { code, stdout, stderr } = await sandlot([
      ...args,
      '--preopen',
      '.',
      '--wasi',
      module,
      '--',
      '/d/text',
    ]);
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^\d\d\d words\n$/), '']);
  });

  it.each([
    ['a module that is not there', ['--wasi', '/nowhere.wasm'], 125, '--wasi /nowhere.wasm: no such file'],
    ['no module', ['--wasi', EXAMPLE], 126, 'does not begin with the bytes'],
    ['options of a module without one', ['--wasi-engine', 'node', '--', 'true'], 125, 'name it by --wasi'],
    ['an engine that there is not', ['--wasi-engine', 'v9', '--wasi', 'x'], 125, 'wasmer, node'],
    ['a directory without a path', ['--preopen', '=x', '--wasi', 'x'], 125, 'Expected PATH'],
  ])('refuses %s', async (_, args, expected, message) => {
    const { code, stderr } = await sandlot(['run', ...args]);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });
});
