/**
 * An image layout of the OCI image specification (image-layout.md): a directory that skopeo, podman, buildah, umoci and
 * containerd read. The same root file system gives the same digests, whoever packs it and when.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { DATA_DIRECTORY, IMAGE_CONFIG, IMAGE_UID } from './image.mjs';

/** @typedef {{ mediaType: string, digest: string, size: number }} Descriptor */
/** @typedef {{ descriptor: Descriptor, diffId: string }} Layer */

const TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** In the words of Go, which the specification takes. */
const ARCHITECTURES = /** @type {Readonly<Record<string, string>>} */ ({ x64: 'amd64', arm64: 'arm64' });

const EPOCH = '1970-01-01T00:00:00Z';

/**
 * @param {string} rootfs
 * @param {string} layout a directory that does not exist yet
 * @param {string} tag
 * @param {Readonly<Record<string, object>>} [others] more images of the same files: by tag, what of the configuration is theirs
 * @returns {Promise<Descriptor>} of the manifest
 */
export async function writeOciLayout(rootfs, layout, tag, others = {}) {
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  const everything = ['--owner=0', '--group=0', `--exclude=./${DATA_DIRECTORY}`, '.'];
  const ownData = [`--owner=${IMAGE_UID}`, `--group=${IMAGE_UID}`, `./${DATA_DIRECTORY}`];
  const layers = [await writeLayer(rootfs, layout, everything), await writeLayer(rootfs, layout, ownData)];
  const platform = { architecture: ARCHITECTURES[process.arch] ?? process.arch, os: 'linux' };
  const images = Object.entries({ [tag]: {}, ...others }).map(([name, own]) => {
    const config = writeBlob(layout, TYPES.config, {
      created: EPOCH,
      ...platform,
      config: { ...IMAGE_CONFIG, ...own },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created: EPOCH, created_by: 'infra/docker/pack-image.mjs' })),
    });
    const manifest = writeBlob(layout, TYPES.manifest, {
      schemaVersion: 2,
      mediaType: TYPES.manifest,
      config,
      layers: layers.map(({ descriptor }) => descriptor),
    });
    return { ...manifest, platform, annotations: { 'org.opencontainers.image.ref.name': name } };
  });
  const [first] = images;
  if (first === undefined) throw new Error('There is always one image');
  const index = { schemaVersion: 2, mediaType: TYPES.index, manifests: images };
  writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const { mediaType, digest, size } = first;
  return { mediaType, digest, size };
}

/**
 * @param {string} rootfs
 * @param {string} layout
 * @param {readonly string[]} args of tar(1)
 * @returns {Promise<Layer>}
 */
async function writeLayer(rootfs, layout, args) {
  const alike = ['--sort=name', '--mtime=@0', '--numeric-owner', '--format=ustar'];
  const tar = spawn('tar', ['--create', ...alike, `--directory=${rootfs}`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    tar.once('error', reject).once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`tar ended with exit code ${code}`));
    });
  });
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  const file = join(layout, 'layer');
  await Promise.all([
    ended,
    pipeline(tar.stdout, tap(plain), createGzip({ level: 9 }), tap(packed), createWriteStream(file)),
  ]);
  const digest = packed.digest('hex');
  const size = statSync(file).size;
  renameSync(file, blobPath(layout, digest));
  return {
    descriptor: { mediaType: TYPES.layer, digest: `sha256:${digest}`, size },
    diffId: `sha256:${plain.digest('hex')}`,
  };
}

/** @param {import('node:crypto').Hash} hash fed with all that passes */
function tap(hash) {
  return new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/**
 * @param {string} layout
 * @param {string} mediaType
 * @param {object} content
 * @returns {Descriptor}
 */
function writeBlob(layout, mediaType, content) {
  const text = JSON.stringify(content);
  const digest = createHash('sha256').update(text).digest('hex');
  writeFileSync(blobPath(layout, digest), text);
  return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
}

/**
 * @param {string} layout
 * @param {string} digest
 */
function blobPath(layout, digest) {
  return join(layout, 'blobs/sha256', digest);
}
