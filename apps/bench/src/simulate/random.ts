/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** Between 0 and 1, never 0. */
  next(): number;
  /** Of a Poisson process: the time to its next event. */
  exponential(mean: number): number;
  /** Of times with a long tail, by their median; `sigma` 0 is no spread at all. */
  logNormal(median: number, sigma: number): number;
}

/** The generator mulberry32: 32 bits of state, good enough for queues. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  // Box and Muller's, one of the pair.
  const normal = (): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    exponential: (mean) => -mean * Math.log(next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
  };
}
