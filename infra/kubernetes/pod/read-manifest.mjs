import { parseAllDocuments } from 'yaml';

/** @typedef {import('./pod-spec.mjs').PodSpec} PodSpec */

/**
 * @typedef {object} Manifest
 * @property {string} kind
 * @property {{ name: string, labels?: Readonly<Record<string, string>> }} metadata
 * @property {{ template: { metadata?: { annotations?: Annotations }, spec: PodSpec } }} [spec] of a Deployment
 * @property {string} [handler] of a RuntimeClass
 */

/** @typedef {Readonly<Record<string, string>>} Annotations */

/**
 * @typedef {object} RenderedPod
 * @property {PodSpec} pod
 * @property {Annotations} [annotations] of the pod
 * @property {Readonly<Record<string, string>>} handlers by name of the RuntimeClass
 */

/**
 * Takes a Deployment's pod out of what `helm template` prints.
 *
 * @param {string} text
 * @param {'api' | 'worker'} component label of the Deployment
 * @returns {RenderedPod}
 * @throws {Error} if there is no such Deployment
 */
export function readRenderedPod(text, component) {
  const manifests = parseAllDocuments(text).map(
    (document) => /** @type {Manifest | null} */ (document.toJS()),
  );
  const ofKind = (/** @type {string} */ kind) => manifests.filter((manifest) => manifest?.kind === kind);
  const deployment = ofKind('Deployment').find(
    (manifest) => manifest?.metadata.labels?.['app.kubernetes.io/component'] === component,
  );
  if (deployment?.spec === undefined) throw new Error(`There is no Deployment of the component ${component}`);
  /** @type {Record<string, string>} */
  const handlers = {};
  for (const manifest of ofKind('RuntimeClass')) {
    if (manifest !== null) handlers[manifest.metadata.name] = manifest.handler ?? '';
  }
  const { metadata, spec } = deployment.spec.template;
  return { pod: spec, annotations: metadata?.annotations ?? {}, handlers };
}
