/** Something that can be timed: does its work once and resolves. */
export interface Subject {
  readonly name: string;
  readonly run: () => Promise<void>;
  /** What has to be so before each run; not timed. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Times all subjects in turn, A B C A B C …, so that drift of the machine falls on all alike. The first
 * `warmUp` rounds are not counted. Times in ms, by subject, in order of the rounds.
 */
export async function measureInTurn(
  subjects: readonly Subject[],
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<readonly (readonly number[])[]> {
  const times = subjects.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      await subject.prepare?.();
      const begun = performance.now();
      await subject.run();
      if (round >= 0) times[index]?.push(performance.now() - begun);
    }
  }
  return times;
}
