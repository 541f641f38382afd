import { sentences } from './sentences.js';
import type { WasiReport } from './examine-wasi.js';

const TEXT: Readonly<Record<WasiReport['status'], string>> = {
  runs: 'run',
  'runs-without-namespaces': 'run, without namespaces: SANDLOT_MINIMUM_TIER=T4',
  'would-run-without-namespaces':
    'would run without namespaces: allow it by SANDLOT_MINIMUM_TIER=T4 (docs/wasi.md)',
  failed: 'cannot run',
  off: 'are not wanted: SANDLOT_WASI_RUNNERS=off',
};

/** Words for a person whether modules run, a sentence of the reason a line. */
export function describeWasi({ status, message }: WasiReport): string {
  const reason = message === undefined ? [] : sentences(message).map((sentence) => `  ${sentence}`);
  return [`${status === 'failed' ? '✗ ' : ''}WASI modules ${TEXT[status]}`, ...reason]
    .join('\n')
    .concat('\n');
}
