/** native/include/protocol.h, in its order and with its names. */

export const INLINE_BYTES = 32_768;
export const BODY_BYTES = 96 * 1024 * 1024;

export const REQUEST = {
  build: 1,
  openCell: 2,
  putFiles: 3,
  runStep: 4,
  kill: 5,
  progress: 6,
  getFiles: 7,
  releaseStep: 8,
} as const;
export type Request = (typeof REQUEST)[keyof typeof REQUEST];

export const FRAME_BYTES = 16;

export const OPERATION = {
  newRoot: 1,
  makeDirectory: 2,
  makeSymlink: 3,
  writeFile: 4,
  bind: 5,
  mountTmpfs: 6,
  mountProc: 7,
  pivotRoot: 8,
  sealRoot: 9,
  setHostname: 10,
  bringLoopbackUp: 11,
  setSysctl: 12,
  showTree: 13,
  forgetNames: 14,
} as const;

export const BIND = { optional: 1, device: 2, writable: 4 } as const;

/** Flags of a mount of proc. */
export const PROC = { readOnly: 1, pidsOnly: 2 } as const;

/** What a report's step number means, operations of a plan and other steps alike. */
export const STEP_TEXT: Readonly<Record<number, string>> = {
  1: 'make the new root',
  2: 'make a directory',
  3: 'make a symbolic link',
  4: 'write a file',
  5: 'bind mount',
  6: 'mount a tmpfs',
  7: 'mount proc',
  8: 'pivot into the new root',
  9: 'make the root read-only',
  10: 'set the host name',
  11: 'bring the loopback device up',
  12: 'set a sysctl',
  13: 'show a directory',
  14: 'forget names of a shown directory',
  100: 'nothing',
  101: 'clone into new namespaces',
  102: 'deny setgroups',
  103: 'write the uid map',
  104: 'write the gid map',
  105: 'become root of the user namespace',
  106: 'prepare descriptors',
  107: 'execute init',
  108: 'prepare init',
  109: 'read a request',
  110: 'clone a cell',
  111: 'enter the cell',
  112: 'put a file into the work directory',
  113: 'clone the payload',
  114: 'start a session',
  115: 'set a resource limit',
  116: 'drop capabilities',
  117: 'set no_new_privs',
  118: 'change to the work directory',
  119: 'execute the program',
  120: 'filter system calls',
  121: 'renew the network namespace',
  122: 'listen to refused system calls',
  123: 'fence files in with Landlock',
  124: 'resize the tmpfs of the cell',
};

export const STEP = {
  none: 100,
  clone: 101,
  writeUidMap: 103,
  putFile: 112,
  setRlimit: 115,
  execute: 119,
} as const;

export const ERROR_BYTES = 12;

export const REPORT = {
  ready: 1,
  failed: 2,
  started: 3,
  ended: 4,
  cellGone: 5,
  ending: 6,
  denied: 7,
} as const;

export const KILLED = { wall: 1, worker: 2, cpu: 3, idle: 4, memory: 5, disk: 6 } as const;

/** Flags of a step. */
export const RUN = { explain: 1, execOnce: 2, held: 4 } as const;

export const REPORT_BYTES = 80;
export const FILE_RECORD_BYTES = 24;

/** What init says of a file it was asked for. */
export const FILE = {
  end: 0,
  taken: 1,
  missing: 2,
  symbolicLink: 3,
  specialFile: 4,
  tooLarge: 5,
  totalExceeded: 6,
  tooMany: 7,
  tooDeep: 8,
  unreadable: 9,
} as const;

export const LAUNCH_BYTES = 24;
export const LAUNCHED_BYTES = 8;

/** A failed step: its number (STEP_TEXT), which one of a list, errno. */
export interface StepError {
  readonly step: number;
  readonly index: number;
  readonly errno: number;
}

/** One answer of init. Times as the kernel gives them; `status` as wait(2) does. */
export interface Report {
  readonly kind: number;
  readonly cell: number;
  readonly error: StepError;
  readonly status: number;
  readonly killed: number;
  /** 0: never looked. */
  readonly tasksPeak: number;
  readonly wallNs: number;
  readonly userUs: number;
  readonly systemUs: number;
  readonly memoryPeakBytes: number;
  readonly diskUsedBytes: number;
  readonly diskFull: boolean;
}

/** A system call that the filter of an explained step has refused. */
export interface Denied {
  readonly number: number;
  readonly count: number;
  /** Of the first one, six. */
  readonly arguments: readonly bigint[];
}

/** Decodes `struct sbx_denied`, which has the size of a report. */
export function decodeDenied(bytes: Buffer): Denied {
  return {
    number: bytes.readInt32LE(4),
    count: Number(bytes.readBigUInt64LE(8)),
    arguments: Array.from({ length: 6 }, (_, index) => bytes.readBigUInt64LE(16 + index * 8)),
  };
}

/** Decodes `struct sbx_report`. */
export function decodeReport(bytes: Buffer): Report {
  return {
    kind: bytes.readUInt32LE(0),
    cell: bytes.readUInt32LE(4),
    error: { step: bytes.readInt32LE(8), index: bytes.readInt32LE(12), errno: bytes.readInt32LE(16) },
    status: bytes.readInt32LE(20),
    killed: bytes.readUInt32LE(24),
    tasksPeak: bytes.readUInt32LE(28),
    wallNs: Number(bytes.readBigUInt64LE(32)),
    userUs: Number(bytes.readBigUInt64LE(40)),
    systemUs: Number(bytes.readBigUInt64LE(48)),
    memoryPeakBytes: Number(bytes.readBigUInt64LE(56)),
    diskUsedBytes: Number(bytes.readBigUInt64LE(64)),
    diskFull: bytes.readUInt32LE(72) !== 0,
  };
}

/** The head of what init says of one file; its path follows. */
export interface FileRecord {
  readonly kind: number;
  readonly request: number;
  readonly pathLength: number;
  readonly size: number;
}

/** Decodes `struct sbx_file_record`. */
export function decodeFileRecord(bytes: Buffer): FileRecord {
  return {
    kind: bytes.readUInt32LE(0),
    request: bytes.readUInt32LE(4),
    pathLength: bytes.readUInt32LE(8),
    size: Number(bytes.readBigUInt64LE(16)),
  };
}
