import type { Attack } from '../attack.js';

/** More rights: ids, capabilities, set-id files, priorities, limits. */
export const PRIVILEGE_ATTACKS: readonly Attack[] = [
  { name: 'becoming another user', code: `os.setresuid(1, 1, 1)`, refusal: 'EINVAL' },
  { name: 'becoming another group', code: `os.setresgid(1, 1, 1)`, refusal: 'EINVAL' },
  { name: 'dropping groups, which may deny', code: `os.setgroups([])` },
  {
    name: 'giving a file to another user',
    code: `open('mine', 'w'); os.chown('mine', 1, 1)`,
    refusal: 'EINVAL',
  },
  {
    name: 'capset of everything',
    code: `call('capset', struct.pack('Ii', 0x20080522, 0), struct.pack('6I', *[0xffffffff] * 6))`,
  },
  { name: 'an ambient capability', code: `prctl(47, 2, 21, 0, 0)` },
  { name: 'unlocking securebits', code: `prctl(28, 0, 0, 0, 0)`, control: 'namespace-root' },
  { name: 'taking no_new_privs back', code: `prctl(38, 0, 0, 0, 0)`, refusal: 'EINVAL' },
  {
    name: 'a capability in a file',
    code: `
open('tool', 'w').close()
os.setxattr('tool', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 21, 0, 0, 0))`,
    control: 'namespace-root',
  },
  {
    name: 'a set-user-id program of its own',
    code: `
import shutil, subprocess
shutil.copy('/usr/bin/grep', 'grep')
os.chmod('grep', 0o6755)
status = subprocess.run(['./grep', '^CapEff', '/proc/self/status'], capture_output=True).stdout
unless(int(status.split()[1], 16) == 0, 'no-capability')`,
    refusal: 'no-capability',
    control: 'namespace-root',
  },
  {
    name: 'a set-user-id program of the host',
    code: `unless(os.statvfs('/usr').f_flag & os.ST_NOSUID, 'nosuid')`,
    refusal: 'nosuid',
  },
  {
    name: 'a lower oom_score_adj',
    code: `
unless(int(read('/proc/self/oom_score_adj')) < 500, 'not-raised')
write('/proc/self/oom_score_adj', '-1000')`,
    refusal: 'EROFS',
  },
  {
    name: 'a higher hard limit',
    code: `
import resource
for limit in range(16):
  soft, hard = resource.getrlimit(limit)
  if hard != resource.RLIM_INFINITY: call('prlimit64', 0, limit, struct.pack('QQ', soft % 2**64, hard + 1), 0)`,
    refusal: 'EPERM',
  },
  {
    name: 'a limit of core dumps that starts the handler of the host',
    code: `
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
unless(resource.prlimit(0, resource.RLIMIT_CORE) == (1, 1), 'unchanged')`,
    refusal: 'unchanged',
    control: 'user',
  },
  { name: 'a higher priority', code: `os.setpriority(os.PRIO_PROCESS, 0, -5)`, refusal: 'EACCES' },
  {
    name: 'real-time scheduling',
    code: `os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))`,
  },
  { name: 'real-time I/O', code: `call('ioprio_set', 1, 0, 1 << 13)` },
  { name: 'a lower address for mappings', code: `call('mmap', 0, 4096, 3, 0x32, -1, 0)` },
];
