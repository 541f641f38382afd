/**
 * What of a container's configuration decides what the container may do, in one order and one spelling: the same for two
 * configurations exactly if neither allows what the other does not.
 *
 * Left out: the program and its environment, AppArmor, and what a node adds (resources, files of the network).
 */

/** @typedef {import('../kubernetes/seccomp/read-profile.mjs').Profile} Profile */
/** @typedef {import('../kubernetes/seccomp/read-profile.mjs').Rule} Rule */
/** @typedef {Omit<Profile, 'defaultErrnoRet'> & { defaultErrnoRet?: number }} Filter */
/** @typedef {import('../kubernetes/pod/container-mounts.mjs').Mount} Mount */
/** @typedef {Partial<Record<'bounding' | 'effective' | 'permitted' | 'inheritable' | 'ambient', readonly string[]>>} Capabilities */

/**
 * Of the OCI runtime specification, as far as it decides; whoever leaves out a list means an empty one.
 *
 * @typedef {object} Config
 * @property {{ readonly?: boolean }} root
 * @property {{ user: object, cwd: string, noNewPrivileges?: boolean, capabilities?: Capabilities }} process
 * @property {readonly Mount[]} mounts
 * @property {object} linux
 * @property {readonly { type: string }[]} linux.namespaces
 * @property {readonly object[]} [linux.uidMappings]
 * @property {readonly object[]} [linux.gidMappings]
 * @property {readonly string[]} [linux.maskedPaths]
 * @property {readonly string[]} [linux.readonlyPaths]
 * @property {Filter} [linux.seccomp]
 */

const FILES_OF_A_NODE = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];
/** Containerd makes its profile for the machine at hand, which is an x86-64 one wherever there is User Mode Linux. */
const CALLS_OF_ARM = [
  ...['arm_fadvise64_64', 'arm_sync_file_range', 'sync_file_range2', 'breakpoint', 'cacheflush', 'set_tls'],
];
/** AF_MAX of Linux 6 is 46. */
const SOCKET_FAMILIES = Array.from({ length: 64 }, (_, family) => family);

/** @param {Config} config */
export function decisiveConfig({
  root,
  process: { user, cwd, noNewPrivileges, capabilities = {} },
  mounts,
  linux,
}) {
  const { bounding, effective, permitted, inheritable, ambient } = capabilities;
  return {
    isRootReadOnly: root.readonly === true,
    process: { user, cwd, noNewPrivileges: noNewPrivileges === true },
    capabilities: [bounding, effective, permitted, inheritable, ambient].map(sorted),
    namespaces: sorted(linux.namespaces.map(({ type }) => type)),
    ids: [linux.uidMappings, linux.gidMappings],
    masked: sorted(linux.maskedPaths),
    readOnly: sorted(linux.readonlyPaths),
    seccomp: linux.seccomp && decisiveFilter(linux.seccomp),
    mounts: sorted(mounts.flatMap(decisiveMount)),
  };
}

/** @param {readonly string[]} [list] */
function sorted(list = []) {
  return [...list].sort();
}

/**
 * A volume, and the /dev/shm that containers of a pod share, are what somebody else has mounted: what counts is whether they can be
 * written to.
 *
 * @param {Mount} mount
 * @returns {readonly string[]}
 */
function decisiveMount({ destination, type, options }) {
  if (FILES_OF_A_NODE.includes(destination)) return [];
  const isForeign = type === 'bind' || destination === '/dev/shm';
  const what = isForeign ? [options.includes('ro') ? 'ro' : 'rw'] : [type, ...sorted(options)];
  return [[destination, ...what].join(' ')];
}

/**
 * One line for each call and condition. Rules for sockets may be written in several ways, so it is told what they come to.
 *
 * @param {Filter} filter
 */
function decisiveFilter({ defaultAction, defaultErrnoRet, architectures, syscalls }) {
  const rules = syscalls.flatMap(({ names, ...rule }) => names.map((name) => ({ name, rule })));
  const sockets = rules.filter(({ name }) => name === 'socket');
  const others = rules.filter(({ name }) => name !== 'socket' && !CALLS_OF_ARM.includes(name));
  return {
    // EPERM unless said otherwise (config-linux of the OCI runtime specification).
    otherwise: `${defaultAction} ${defaultErrnoRet ?? 1}`,
    architectures: sorted(architectures.filter((name) => name.startsWith('SCMP_ARCH_X'))),
    calls: sorted([
      ...new Set(others.map(({ name, rule }) => `${name} ${rule.action} ${conditionsOf(rule)}`)),
    ]),
    socketFamilies: SOCKET_FAMILIES.filter((family) => sockets.some(({ rule }) => matches(rule, family))),
  };
}

/** @param {Omit<Rule, 'names'>} rule */
function conditionsOf({ args = [] }) {
  return args
    .map(({ index, op, value, valueTwo = 0 }) => `${index} ${op} ${value} ${valueTwo}`)
    .join(' and ');
}

/**
 * @param {Omit<Rule, 'names'>} rule
 * @param {number} family the first argument
 */
function matches({ args = [] }, family) {
  return args.every(({ index, value, op }) => {
    if (index !== 0) throw new Error(`A rule for argument ${index} of socket(2): not expected`);
    return compare(family, op, value);
  });
}

/**
 * @param {number} left
 * @param {string} op
 * @param {number} right
 */
function compare(left, op, right) {
  switch (op) {
    case 'SCMP_CMP_EQ':
      return left === right;
    case 'SCMP_CMP_NE':
      return left !== right;
    case 'SCMP_CMP_LT':
      return left < right;
    case 'SCMP_CMP_GT':
      return left > right;
    default:
      throw new Error(`${op} in a rule of socket(2): not expected`);
  }
}
