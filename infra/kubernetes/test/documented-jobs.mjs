import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../dev/setup/workspace.mjs';

/** The first jobs that documents tell a newcomer to send to a service of the image. */
export function documentedJobs() {
  const compose = read('infra/compose/compose.yaml');
  const notes = read('infra/helm/sandlot/templates/NOTES.txt');
  const [, ...argv] = /--wait -- (\S+) (\S+) '([^']*)'\n/.exec(notes) ?? [];
  return { compose: jobOfCurl(compose), native: { argv }, wasi: jobOfCurl(notes) };
}

/**
 * What a line for curl sends.
 *
 * @param {string} text
 * @returns {object}
 */
function jobOfCurl(text) {
  const [, job = ''] = / -d '(\{.*\})'\n/.exec(text) ?? [];
  return /** @type {object} */ (JSON.parse(job));
}

/** @param {string} file */
function read(file) {
  return readFileSync(join(ROOT, file), 'utf8');
}
