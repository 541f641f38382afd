/**
 * `node infra/docker/build-rootfs.mjs DIRECTORY [--tools] [--list]`: makes the root file system of the image in a new
 * directory, from what `npm run build` has built. It needs no root, no registry and no engine; with --tools, which lays the
 * service over a small Debian with compilers and interpreters, mmdebstrap(1) and Debian's mirror.
 */
import { parseArgs } from 'node:util';
import { describeListing, describeSizes, findUnwanted, listRootfs } from './list-rootfs.mjs';
import { stageRootfs } from './stage-rootfs.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tools: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
});
const [rootfs] = positionals;
if (rootfs === undefined || positionals.length > 1) {
  process.stderr.write('Usage: node infra/docker/build-rootfs.mjs DIRECTORY [--tools] [--list]\n');
  process.exit(2);
}
stageRootfs(rootfs, { hasTools: values.tools });
const entries = listRootfs(rootfs);
process.stdout.write(values.list ? describeListing(entries) : describeSizes(entries));
const unwanted = findUnwanted(entries);
if (unwanted.length > 0) {
  process.stderr.write(`This belongs into no image:\n${unwanted.join('\n')}\n`);
  process.exitCode = 1;
}
