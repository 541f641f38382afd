import { readFileSync, statSync } from 'node:fs';
import { getPriority, hostname } from 'node:os';
import { childrenOf } from './count-residue.js';

/** Settings of the kernel that payloads are tempted to change, below /proc/sys. */
const SETTINGS = [
  'kernel/core_pattern',
  'kernel/modprobe',
  'kernel/domainname',
  'kernel/randomize_va_space',
  'vm/overcommit_memory',
  'net/ipv4/ip_forward',
  'user/max_user_namespaces',
  'user/max_inotify_instances',
] as const;

/** Programs and devices that a cell shows. */
const SHOWN = ['/usr/bin/env', '/dev/null'] as const;

/** What an attack could change of this host and of this process, as far as it can be told. */
export function hostState(): Readonly<Record<string, unknown>> {
  return {
    hostname: hostname(),
    settings: SETTINGS.map((name) => readSetting(`/proc/sys/${name}`)),
    files: SHOWN.map((path) => describeFile(path)),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    children: childrenOf(process.pid),
    priority: getPriority(),
    oomScore: readFileSync('/proc/self/oom_score_adj', 'utf8'),
  };
}

function describeFile(path: string): readonly number[] {
  const { ino, mode, nlink, size, uid, gid } = statSync(path);
  return [ino, mode, nlink, size, uid, gid];
}

/** Empty where the kernel has none, or shows it to root alone. */
function readSetting(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
