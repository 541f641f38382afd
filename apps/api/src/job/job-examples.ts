import { LIMIT_NAMES, type JobSpecInput, type RequestedLimits } from '@sandlot/contract';
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
  'A C program: compiled, then run, each with limits of its own': {
    steps: [
      {
        name: 'compile',
        argv: ['gcc', '-O2', '-o', 'main', 'main.c'],
        limits: { wallTimeMs: 20_000, memoryBytes: 536_870_912 },
      },
      {
        name: 'run',
        argv: ['./main'],
        stdin: '6 7\n',
        limits: { wallTimeMs: 2000, memoryBytes: 16_777_216, pids: 1 },
      },
    ],
    files: [
      {
        path: 'main.c',
        content:
          '#include <stdio.h>\nint main(void)\n{\n  int a, b;\n  if (scanf("%d %d", &a, &b) != 2) return 1;\n  printf("%d\\n", a * b);\n}\n',
      },
    ],
    limits: { diskBytes: 33_554_432 },
  },
  'A file that is kept: fetch it at /v1/jobs/{id}/artifacts/report.csv': {
    argv: ['/bin/sh', '-c', 'seq 3 > report.csv'],
    artifacts: [{ path: 'report.csv' }],
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
  const { limits, steps } = job;
  return {
    ...job,
    ...(limits === undefined ? {} : { limits: fitLimits(limits, maxima) }),
    ...(steps === undefined
      ? {}
      : { steps: steps.map((step) => ({ ...step, limits: fitLimits(step.limits ?? {}, maxima) })) }),
  };
}

function fitLimits<T extends RequestedLimits>(limits: T, maxima: LimitMaxima): T {
  const fitting = LIMIT_NAMES.flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [[name, Math.min(value, maxima[name] ?? value)] as const];
  });
  return Object.fromEntries(fitting) as T; // the same names with other numbers
}
