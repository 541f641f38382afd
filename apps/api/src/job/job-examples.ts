import type { JobSpecInput } from '@sandlot/contract';

/** Jobs to try from the documentation page, from small to large. */
export const JOB_EXAMPLES: Readonly<Record<string, JobSpecInput>> = {
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
