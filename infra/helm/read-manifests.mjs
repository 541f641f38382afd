import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../dev/setup/workspace.mjs';

/** @typedef {import('./manifest.js').Manifest} Manifest */
/** @typedef {import('./manifest.js').PodTemplate} PodTemplate */

/**
 * Reads the manifests of a file.
 *
 * @param {string} file below the root
 * @returns {readonly Manifest[]}
 */
export function readManifests(file) {
  return parseManifests(readFileSync(join(ROOT, file), 'utf8'));
}

/**
 * @param {string} text
 * @returns {readonly Manifest[]}
 * @throws {Error} if it is not YAML, or has a key twice
 */
export function parseManifests(text) {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const manifest = /** @type {Manifest | null} */ (document.toJS());
    // The tests hold the fields to the API.
    return manifest === null ? [] : [manifest];
  });
}

/**
 * @param {readonly Manifest[]} manifests
 * @param {string} kind
 * @param {string} name
 * @returns {Manifest}
 * @throws {Error} if there is none
 */
export function findManifest(manifests, kind, name) {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind} ${name}`);
  return found;
}

/**
 * What a workload makes its pods by.
 *
 * @param {readonly Manifest[]} manifests
 * @param {string} kind
 * @param {string} name
 * @returns {PodTemplate}
 * @throws {Error} if there is none
 */
export function findTemplate(manifests, kind, name) {
  const template = findManifest(manifests, kind, name).spec?.template;
  if (template === undefined) throw new Error(`${kind} ${name} makes no pods`);
  return template;
}

/**
 * Every pod that the manifests describe, by the name of its owner.
 *
 * @param {readonly Manifest[]} manifests
 * @returns {readonly { readonly name: string, readonly spec: PodTemplate['spec'] }[]}
 */
export function podsOf(manifests) {
  return manifests.flatMap(({ metadata, spec }) =>
    spec?.template === undefined ? [] : [{ name: metadata.name, spec: spec.template.spec }],
  );
}
