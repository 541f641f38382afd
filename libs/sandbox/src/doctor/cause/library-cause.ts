import type { LibraryFailure } from '../../native/try-library.js';
import type { Explanation } from '../explain.js';

/** Why native code cannot be loaded into this process. koffi comes as two packages: itself, and one for the platform. */
export function libraryCause({ step, message, code }: LibraryFailure): Explanation {
  if (step === 'koffi') {
    const isMissing =
      code === 'ERR_MODULE_NOT_FOUND' || message.includes('Cannot find the native Koffi module');
    if (isMissing) return { code: 'koffi-not-installed', words: { message } };
  } else if (/No such file|[Cc]annot find function/.test(message)) {
    return { code: 'library-not-built', words: { message } };
  }
  return { code: 'library-not-loadable', words: { step, message } };
}
