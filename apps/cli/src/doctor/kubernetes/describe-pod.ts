import { wrapText } from '../wrap-text.js';
import type { PodAdvice, PodReport } from './advise-pod.js';

const PLACES: Readonly<Record<string, string>> = {
  image: 'in the image',
  node: 'on the node',
  environment: 'in the environment of the container',
};

/** Words the settings of a pod for a person, to be pasted into its manifest. */
export function describePod({ settings, elsewhere, note }: PodReport): string {
  const head = settings.length === 0 ? 'lacks no setting of Sandlot' : 'lacks, as seen from inside';
  return [
    `Kubernetes: this pod ${head}`,
    ...settings.map(describeSetting),
    ...elsewhere.map(({ place, abilities }) =>
      wrapText(
        `Not by a setting of the pod, but ${PLACES[place] ?? 'as said above'}: ${abilities.join(', ')}`,
        '  ',
      ),
    ),
    ...(note === undefined ? [] : [wrapText(note)]),
  ]
    .join('\n\n')
    .concat('\n');
}

function describeSetting({ title, note, fragment, lifts, tier, hardens }: PodAdvice): string {
  const rank = tier === undefined ? 'optional' : `tier ${tier}`;
  const purpose = lifts.length === 0 ? `so that ${hardens ?? ''}` : `for ${lifts.join(', ')}`;
  return [
    wrapText(`+ ${title}, ${purpose} [${rank}]`, '  '),
    wrapText(`  ${note}`, '  '),
    ...fragment.map((line) => `      ${line}`),
  ].join('\n');
}
