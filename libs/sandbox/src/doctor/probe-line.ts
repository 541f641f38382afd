import { errnoName } from '../error/errno-name.js';

/** What one probe came to. */
export interface ProbeVerdict {
  /** What failed; absent if nothing did. */
  readonly failure?: { readonly step: string; readonly errno: string };
  /**
   * What was seen beside it: the Landlock ABI (`abi`), the signal that killed it (`signal`), the errno of another
   * try, 0 if that worked (`unshare`, `subset-pid`).
   */
  readonly notes: Readonly<Record<string, number>>;
}

/** The errno of a probe that was killed instead of failing. */
export const KILLED = 'killed';

const LINE = /^(?<name>[\w-]+) (?:ok|failed (?<step>\S+) (?<errno>\d+))(?<notes>(?: [\w-]+=-?\d+)*)$/;

/** Reads one line of native/src/probe/main.c. @throws {Error} if it has another form. */
export function parseProbeLine(line: string): readonly [name: string, verdict: ProbeVerdict] {
  const { name, step, errno, notes = '' } = LINE.exec(line)?.groups ?? {};
  if (name === undefined) throw new Error(`Cannot read the answer of the probe program: "${line}"`);
  const verdict = { notes: parseNotes(notes) };
  if (step === undefined) return [name, verdict];
  return [name, { ...verdict, failure: { step, errno: verdictErrno(Number(errno)) } }];
}

function parseNotes(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(' ').flatMap((note) => {
    const [name, value] = note.split('=');
    return name === undefined || value === undefined ? [] : [[name, Number(value)] as const];
  });
  return Object.fromEntries(pairs);
}

function verdictErrno(errno: number): string {
  return errno === 0 ? KILLED : errnoName(errno);
}
