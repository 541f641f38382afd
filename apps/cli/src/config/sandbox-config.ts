import type { Tier } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';
import type { SeccompOptions, SubordinateIds } from '@sandlot/sandbox';
import { DEFAULT_WASI_RUNNERS } from './settings.js';
import { read, type Environment } from './read-setting.js';

/** How cells are to be made, by the service as by `sandlot run`. */
export interface SandboxConfig {
  /** `auto`, `none` or a directory. */
  readonly cgroup: string;
  /** Controllers without which nothing starts. */
  readonly require: readonly CgroupController[];
  /** Whether cells get host uids of the ranges of a plain user. */
  readonly subordinateIds: SubordinateIds;
  /** System call filters of jobs. */
  readonly seccomp: SeccompOptions;
  /** The worst tier at which jobs run; absent: that of native programs. `T4`: WASI modules run without namespaces too. */
  readonly minimumTier?: Tier;
  /** Runners that are kept waiting for WASI jobs; `off`: no such jobs. */
  readonly wasiRunners: number | 'off';
  /** Whether jobs run though they have a limit that nothing can hold. */
  readonly allowUnenforced: boolean;
}

/** @throws {CommandError} naming variable, value and expected form. */
export function readSandboxConfig(environment: Environment): SandboxConfig {
  const minimumTier = read(environment, 'SANDLOT_MINIMUM_TIER');
  return {
    ...(minimumTier === undefined ? {} : { minimumTier }),
    cgroup: read(environment, 'SANDLOT_CGROUP') ?? 'auto',
    require: read(environment, 'SANDLOT_REQUIRE') ?? [],
    subordinateIds: read(environment, 'SANDLOT_SUBORDINATE_IDS') ?? 'auto',
    seccomp: readSeccomp(environment),
    wasiRunners: read(environment, 'SANDLOT_WASI_RUNNERS') ?? DEFAULT_WASI_RUNNERS,
    allowUnenforced: read(environment, 'SANDLOT_ALLOW_UNENFORCED') ?? false,
  };
}

function readSeccomp(environment: Environment): SeccompOptions {
  const profile = read(environment, 'SANDLOT_SECCOMP_PROFILE');
  const file = read(environment, 'SANDLOT_SECCOMP_FILE');
  return { ...(profile === undefined ? {} : { profile }), ...(file === undefined ? {} : { file }) };
}
