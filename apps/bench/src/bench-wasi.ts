import { rm } from 'node:fs/promises';
import { buildGuest, type Guest } from './payload/build-guest.js';
import type { BenchGroup } from './report/bench-report.js';
import { measureInTurn, type Subject } from './stats/measure-in-turn.js';
import { medianRatio, summarize } from './stats/summary.js';
import { plainWasi } from './subject/plain-wasi.js';
import { startService, type Service } from './subject/service.js';

const LIMITS = { wallTimeMs: 60_000, cpuTimeMs: 60_000 };
/** They take longer than those of other groups. */
const ROUNDS_PER_ROUND = 10;

/** WASI jobs over HTTP beside a native interpreter over HTTP, and beside plain Node with node:wasi. */
export async function benchWasi(rounds: number): Promise<BenchGroup> {
  const title = 'WASI jobs over HTTP, until the result (ratio: hello, warm / this)';
  const guest = buildGuest();
  if (guest === undefined) return { title: `${title}: not measured, clang for WASI is missing`, rows: [] };
  const [warm, cold] = await Promise.all([startService(), startService({ SANDLOT_WASI_RUNNERS: '0' })]);
  try {
    const subjects = subjectsOf(guest, warm, cold);
    const times = await measureInTurn(subjects, {
      rounds: Math.ceil(rounds / ROUNDS_PER_ROUND),
      warmUp: 2,
    });
    const [first = []] = times;
    const rows = times.map((each, index) => ({
      name: subjects[index]?.name ?? '',
      ...summarize(each),
      ...(index === 0 ? {} : { ratio: medianRatio(first, each) }),
    }));
    return { title, rows };
  } finally {
    await Promise.all([warm.close(), cold.close()]);
    await rm(guest.directory, { recursive: true });
  }
}

function subjectsOf(guest: Guest, warm: Service, cold: Service): readonly Subject[] {
  const plain = plainWasi(guest);
  const job = (args: readonly string[], more = {}) => {
    return { runtime: 'wasi', files: guest.files, args, limits: LIMITS, ...more };
  };
  const inCell = (name: string, args: readonly string[], more = {}): Subject => ({
    name,
    prepare: warm.whenWarm,
    run: async () => await warm.runJob(job(args, more)),
  });
  const inNode = (name: string, args: readonly string[]): Subject => ({
    name: `${name}, plain node`,
    run: async () => await plain(args),
  });
  return [
    inCell('hello, warm', []),
    inCell('hello, warm, engine node', [], { wasiEngine: 'node' }),
    { name: 'hello, cold', run: async () => await cold.runJob(job([])) },
    inNode('hello', []),
    {
      name: 'python3 -c pass, native',
      run: async () => await warm.runJob({ argv: ['python3', '-c', 'pass'] }),
    },
    inCell('primes', ['primes']),
    inCell('primes, throughput', ['primes'], { optimize: 'throughput' }),
    inNode('primes', ['primes']),
    inCell('64 MiB of files', ['files']),
    inNode('64 MiB of files', ['files']),
  ];
}
