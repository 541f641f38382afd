/** One thing that no payload may be able to do. */
export interface Attack {
  /** Unique: the title of its test. */
  readonly name: string;
  /** Python, with what attempt.py offers: whatever it raises is its refusal. */
  readonly code: string;
  /** What refuses it: an errno, or a word of the code. @default 'EPERM' */
  readonly refusal?: string;
  /**
   * Who succeeds with the same code outside of a cell, which shows that the code is right: an ordinary user, or such a
   * user as root of namespaces of its own. Absent: nobody may try without harm, or not on every host.
   */
  readonly control?: Control;
}

export type Control = 'user' | 'namespace-root';

/** The same attack on several things. */
export function attackEach<T>(things: readonly T[], attack: (thing: T) => Attack): readonly Attack[] {
  return things.map(attack);
}
