import { CAUSES, type CauseCode } from './causes.js';

/** What blocks an ability, and what to do; words in braces stand for what the host says. */
export interface CauseText {
  readonly cause: string;
  readonly remedy: string;
}

/** A system call that a filter refused, and how: the errno, or the signal that it killed with. */
export interface Refusal {
  readonly call: string;
  readonly answer: string;
}

/** A cause, with the words for its braces. */
export interface Explanation {
  readonly code: CauseCode;
  readonly words?: Readonly<Record<string, string | number>>;
  /** For {refused} and {calls}. */
  readonly refusals?: readonly Refusal[];
}

/** Fills a cause in. */
export function explain({ code, words = {}, refusals = [] }: Explanation): CauseText {
  const { cause, remedy } = CAUSES[code];
  const all = {
    refused: listOf(refusals.map(({ call, answer }) => `${call} (${answer})`)),
    calls: listOf(refusals.map(({ call }) => call)),
    ...words,
  };
  return { cause: fillIn(cause, all), remedy: fillIn(remedy, all) };
}

function listOf(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

/** Several in one paragraph: what blocks, then what to do, each once. */
export function joinTexts(texts: readonly CauseText[]): string {
  const sentences = [...texts.map(({ cause }) => cause), ...texts.map(({ remedy }) => remedy)];
  return [...new Set(sentences)].join(' ');
}

function fillIn(text: string, words: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (braces, name: string) => String(words[name] ?? braces));
}
