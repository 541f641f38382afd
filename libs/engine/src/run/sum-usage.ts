import type { JobUsage, StepResult } from '@sandlot/contract';
import { roundMs } from './round-ms.js';

/** Usage of a job from its steps: times, output and refused forks add up, of peaks the largest counts. */
export function sumUsage(
  steps: readonly StepResult[],
  own: { readonly queueMs: number; readonly setupMs: number },
): JobUsage {
  const total = (pick: (usage: StepResult['usage']) => number) =>
    roundMs(steps.reduce((sum, { usage }) => sum + pick(usage), 0));
  const memoryPeakBytes = peak(steps.map(({ usage }) => usage.memoryPeakBytes));
  const processesPeak = peak(steps.map(({ usage }) => usage.processesPeak));
  const diskUsedBytes = peak(steps.map(({ usage }) => usage.diskUsedBytes));
  const forksRefused = count(steps.map(({ usage }) => usage.forksRefused));
  return {
    queueMs: roundMs(own.queueMs),
    setupMs: roundMs(own.setupMs),
    wallMs: total((usage) => usage.wallMs),
    cpuUserMs: total((usage) => usage.cpuUserMs),
    cpuSystemMs: total((usage) => usage.cpuSystemMs),
    ...(memoryPeakBytes === undefined ? {} : { memoryPeakBytes }),
    ...(processesPeak === undefined ? {} : { processesPeak }),
    ...(forksRefused === undefined ? {} : { forksRefused }),
    ...(diskUsedBytes === undefined ? {} : { diskUsedBytes }),
    outputBytes: total((usage) => usage.outputBytes),
  };
}

function peak(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function count(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
