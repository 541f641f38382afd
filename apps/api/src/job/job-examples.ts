import { LIMIT_NAMES, type JobSpecInput } from '@sandlot/contract';
import type { LimitMaxima } from '@sandlot/engine';

/** Jobs to try from the documentation page, from small to large; their limits are within the operator's maxima. */
export function jobExamples(maxima: LimitMaxima): Readonly<Record<string, JobSpecInput>> {
  return Object.fromEntries(Object.entries(EXAMPLES).map(([title, job]) => [title, fit(job, maxima)]));
}

const EXAMPLES: Readonly<Record<string, JobSpecInput>> = {
  'A command': { argv: ['echo', 'hello'] },
  'A Python program with input and limits': {
    argv: ['python3', 'main.py'],
    files: [{ path: 'main.py', content: 'print(sum(int(line) for line in open(0)))\n' }],
    stdin: '1\n2\n3\n',
    limits: { wallTimeMs: 5000, memoryBytes: 134_217_728, outputBytes: 65_536 },
    labels: { course: 'algebra-1' },
  },
  'A shell script with a binary file': {
    argv: ['./run.sh'],
    files: [
      { path: 'run.sh', content: '#!/bin/sh\nwc -c < data/blob.bin\n', mode: '0755' },
      { path: 'data/blob.bin', content: 'AAEC/w==', encoding: 'base64' },
    ],
  },
};

function fit(job: JobSpecInput, maxima: LimitMaxima): JobSpecInput {
  const { limits } = job;
  if (limits === undefined) return job;
  const fitting = LIMIT_NAMES.flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [[name, Math.min(value, maxima[name] ?? value)] as const];
  });
  return { ...job, limits: Object.fromEntries(fitting) };
}
