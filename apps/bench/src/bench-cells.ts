import { rm } from 'node:fs/promises';
import { createSandbox } from '@sandlot/sandbox';
import { buildTrue } from './payload/build-true.js';
import type { BenchGroup } from './report/bench-report.js';
import { measureInTurn, type Subject } from './stats/measure-in-turn.js';
import { medianRatio, summarize } from './stats/summary.js';
import { bubblewrap } from './subject/bubblewrap.js';
import { freshCell } from './subject/fresh-cell.js';
import { spawnProgram } from './subject/spawn-program.js';

/** A fresh cell beside bubblewrap and beside a plain spawn, in turn, all from this process. */
export async function benchCells(rounds: number): Promise<BenchGroup> {
  const { directory, path } = buildTrue();
  const sandbox = await createSandbox({ slots: 1 });
  try {
    const peers = [bubblewrap(directory), { name: 'plain spawn', run: () => spawnProgram(path, []) }];
    const subjects: readonly Subject[] = [
      freshCell(sandbox, path),
      ...peers.filter((peer) => peer !== undefined),
    ];
    const times = await measureInTurn(subjects, { rounds, warmUp: 20 });
    const [ours = []] = times;
    return {
      title: 'A static `true`, from Node (ratio: fresh cell / this)',
      rows: times.map((theirs, index) => ({
        name: subjects[index]?.name ?? '',
        ...summarize(theirs),
        ...(index === 0 ? {} : { ratio: medianRatio(ours, theirs) }),
      })),
    };
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true });
  }
}
