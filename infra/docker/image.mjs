/** What the image promises to whoever runs it: read by the build, by tests, and by what runs a pod without a cluster. */

/** The user, in no file of the host. */
export const IMAGE_UID = 10_001;

/** Where the service is, out of the sight of jobs, which see /usr. */
export const SERVICE = 'opt/sandlot';

export const DATA_DIRECTORY = 'var/lib/sandlot';

/** The image's own settings, in the words of the OCI image specification. */
export const IMAGE_CONFIG = {
  User: `${IMAGE_UID}:${IMAGE_UID}`,
  Env: ['PATH=/usr/bin:/bin', 'HOME=/tmp', 'NODE_ENV=production', `SANDLOT_DATA_DIR=/${DATA_DIRECTORY}`],
  Entrypoint: ['/usr/bin/node', `/${SERVICE}/apps/cli/bin/sandlot.js`],
  Cmd: ['serve'],
  WorkingDir: '/tmp',
  Labels: { 'org.opencontainers.image.title': 'sandlot', 'org.opencontainers.image.licenses': 'Apache-2.0' },
};

/** Debian's packages in the image for native jobs: compilers and interpreters. */
export const TOOL_PACKAGES = ['g++', 'gcc', 'libc6-dev', 'libseccomp2', 'make', 'perl', 'python3'];
