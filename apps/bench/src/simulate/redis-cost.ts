/** What jobs cost a Redis, measured by `bench-redis.ts`. */
export interface RedisCost {
  /** Commands from submission to the end, those within scripts too. */
  readonly commandsPerJob: number;
  /** Time of Redis' one thread for them. */
  readonly cpuMsPerJob: number;
  /** Commands of a worker without jobs. */
  readonly idleCommandsPerSecond: number;
}

/** What a Redis holds for a job of some size, beside histories. */
export interface RecordCost {
  readonly name: string;
  readonly waitingBytes: number;
  readonly endedBytes: number;
  readonly deadBytes: number;
}

export interface RedisLoad {
  readonly commandsPerSecond: number;
  /** Part of the one core that Redis runs its commands on. */
  readonly cpuShare: number;
  readonly memoryBytes: number;
}

/** What so many jobs and workers ask of one Redis. */
export function loadRedis(
  cost: RedisCost & Pick<RecordCost, 'endedBytes'>,
  asked: { readonly jobsPerSecond: number; readonly workers: number; readonly keptJobs: number },
): RedisLoad {
  const { jobsPerSecond, workers, keptJobs } = asked;
  return {
    commandsPerSecond: jobsPerSecond * cost.commandsPerJob + workers * cost.idleCommandsPerSecond,
    cpuShare: (jobsPerSecond * cost.cpuMsPerJob) / 1_000,
    memoryBytes: keptJobs * cost.endedBytes,
  };
}
