import { CAUSES, type CauseCode } from './causes.js';

/** What blocks an ability, and what to do; words in braces stand for what the host says. */
export interface CauseText {
  readonly cause: string;
  readonly remedy: string;
}

/** A cause, with the words for its braces. */
export interface Explanation {
  readonly code: CauseCode;
  readonly words?: Readonly<Record<string, string | number>>;
}

/** Fills a cause in. */
export function explain({ code, words = {} }: Explanation): CauseText {
  const { cause, remedy } = CAUSES[code];
  return { cause: fillIn(cause, words), remedy: fillIn(remedy, words) };
}

/** Several in one paragraph: what blocks, then what to do, each once. */
export function joinTexts(texts: readonly CauseText[]): string {
  const sentences = [...texts.map(({ cause }) => cause), ...texts.map(({ remedy }) => remedy)];
  return [...new Set(sentences)].join(' ');
}

function fillIn(text: string, words: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (braces, name: string) => String(words[name] ?? braces));
}
