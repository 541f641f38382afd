import { join } from 'node:path';
import { ROOT } from '../dev/setup/workspace.mjs';

/** The chart, and what of it is checked in. */
export const CHART = join(ROOT, 'infra/helm/sandlot');

/** Any version that the chart is for: nothing in it asks which. */
const KUBE_VERSION = '1.33.0';

/** Every rendering: the queue is somebody's own Redis, its URL in a Secret, as are the API keys. */
const COMMON = { 'queue.existingSecret': 'sandlot-queue' };

/** What Kustomize patches, and each preset: the manifests that tests read, and run pods by. */
const PRESETS = ['full', 'restricted', 'legacy'];

/** @typedef {{ file: string, values: Readonly<Record<string, string>>, note: string }} Rendering `file` below the root */

/** @type {readonly Rendering[]} */
export const RENDERINGS = [
  { file: 'infra/kustomize/base/sandlot.yaml', values: COMMON, note: 'The chart with its own values.' },
  ...PRESETS.map((preset) => ({
    file: `infra/helm/rendered/${preset}.yaml`,
    values: { ...COMMON, 'worker.preset': preset },
    note: `The chart with worker.preset=${preset}.`,
  })),
];

/**
 * @param {Rendering} rendering
 * @returns {readonly string[]} of `helm`
 */
export function helmArguments({ values }) {
  const settings = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  return ['template', 'sandlot', CHART, `--kube-version=${KUBE_VERSION}`, ...settings];
}
