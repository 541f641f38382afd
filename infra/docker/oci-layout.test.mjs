import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_DIRECTORY, IMAGE_CONFIG } from './image.mjs';
import { writeOciLayout } from './oci-layout.mjs';

/** @typedef {import('./oci-layout.mjs').Descriptor} Descriptor */
/** @typedef {{ config: Descriptor, layers: readonly Descriptor[] }} ImageManifest */
/** @typedef {{ config: object, rootfs: { diff_ids: readonly string[] } }} ImageConfig */

describe('writeOciLayout', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandlot-layout-'));
  const rootfs = join(directory, 'rootfs');
  const layout = join(directory, 'layout');
  /** @type {ImageManifest} */
  let manifest;
  beforeAll(async () => {
    mkdirSync(join(rootfs, DATA_DIRECTORY), { recursive: true });
    mkdirSync(join(rootfs, 'usr/bin'), { recursive: true });
    writeFileSync(join(rootfs, 'usr/bin/program'), 'program', { mode: 0o755 });
    manifest = /** @type {ImageManifest} */ (readBlob((await writeOciLayout(rootfs, layout, 'test')).digest));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** @param {string} digest */
  function blobOf(digest) {
    const content = readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
    expect(digest).toBe(sha256(content));
    return content;
  }

  /**
   * @param {string} digest
   * @returns {unknown}
   */
  function readBlob(digest) {
    return JSON.parse(blobOf(digest).toString());
  }

  it('names each blob by its digest, and each layer by that of its content too', () => {
    const config = /** @type {ImageConfig} */ (readBlob(manifest.config.digest));
    const contents = manifest.layers.map(({ digest, size }) => {
      const blob = blobOf(digest);
      expect(blob).toHaveLength(size);
      return sha256(gunzipSync(blob));
    });
    expect(config.rootfs.diff_ids).toEqual(contents);
    expect(config.config).toEqual(IMAGE_CONFIG);
  });

  it('gives everything to root, and the data directory to the user of the service', () => {
    const listings = manifest.layers.map(({ digest }) =>
      execFileSync('tar', ['--list', '--verbose', '--gzip', '--numeric-owner'], {
        input: blobOf(digest),
        encoding: 'utf8',
      }),
    );
    expect(listings[0]).toMatch(/^-rwxr-xr-x 0\/0 .* \.\/usr\/bin\/program$/m);
    expect(listings[0]).not.toMatch(/sandlot/);
    expect(listings[1]).toMatch(/^drwxr-xr-x 10001\/10001 .* \.\/var\/lib\/sandlot\/\n$/);
  });

  it('makes the same image of the same files', async () => {
    utimesSync(join(rootfs, 'usr/bin/program'), 1, 1);
    const again = await writeOciLayout(rootfs, join(directory, 'again'), 'test');
    expect(readBlob(again.digest)).toEqual(manifest);
  });
});

/** @param {Buffer} content */
function sha256(content) {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
