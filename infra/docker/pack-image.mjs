/**
 * `node infra/docker/pack-image.mjs ROOTFS LAYOUT [TAG]`: packs a root file system of build-rootfs.mjs as an image layout
 * of the OCI image specification. Push it with `skopeo copy oci:LAYOUT:TAG docker://…`, or load it with
 * `podman pull oci:LAYOUT:TAG`.
 */
import { writeOciLayout } from './oci-layout.mjs';

const [rootfs, layout, tag = 'latest'] = process.argv.slice(2);
if (rootfs === undefined || layout === undefined) {
  process.stderr.write('Usage: node infra/docker/pack-image.mjs ROOTFS LAYOUT [TAG]\n');
  process.exit(2);
}
const { digest, size } = await writeOciLayout(rootfs, layout, tag);
process.stdout.write(`${tag} ${digest} (manifest of ${size} bytes)\n`);
