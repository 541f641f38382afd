import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '@sandlot/contract';
import { executePlan, planJob, type Sandbox } from '@sandlot/engine';
import type { Subject } from '../stats/measure-in-turn.js';

/** A fresh cell in a warm slot, from plan to classified outcome; the program is a file of the job. */
export function freshCell(sandbox: Sandbox, program: string): Subject {
  const plan = planJob({
    env: {},
    limits: DEFAULT_LIMITS,
    files: [{ path: 'true', mode: '0755', content: readFileSync(program) }],
    steps: [{ name: 'run', argv: ['./true'], env: {}, limits: DEFAULT_LIMITS, stdin: new Uint8Array() }],
  });
  const observer = { onStarted: () => undefined, onOutput: () => undefined };
  const never = new AbortController().signal;
  return {
    name: 'fresh cell',
    run: async () => {
      const { outcome } = await executePlan(sandbox, plan, observer, never);
      if (outcome.kind !== 'exited' || outcome.exitCode !== 0) throw new Error(JSON.stringify(outcome));
    },
  };
}
