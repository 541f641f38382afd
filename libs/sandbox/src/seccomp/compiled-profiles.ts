import { readFileSync } from 'node:fs';
import { SECCOMP_PROFILES, type DeniedCall, type SeccompProfile } from '@sandlot/contract';
import { InfrastructureError } from '@sandlot/engine';
import { compileFilter } from './compile-filter.js';
import type { FilterSpec } from './filter-spec.js';
import { libseccomp } from './libseccomp.js';
import { parseOciProfile } from './oci-profile.js';
import type { Denied } from '../native/protocol.js';
import { DEFAULT_PROFILE, FENCED_PROFILE, STRICT_PROFILE } from './profiles.js';
import { UNREMARKABLE_CALLS } from './syscalls.js';

/** A profile as init takes it. */
export interface CompiledProfile {
  /** An array of `struct sock_filter`. */
  readonly program: Buffer;
  /** Whether the program may not execute another one. */
  readonly execOnce: boolean;
}

/** Where the filter of a step comes from. */
export interface FilterSource {
  /** @throws {InfrastructureError} if there is no profile of that name. */
  get(name?: SeccompProfile): CompiledProfile;
}

/** Of cells without namespaces, whatever a job asks for. */
export function fencedProfile(): FilterSource {
  const profile = compile(FENCED_PROFILE, true);
  return { get: () => profile };
}

/** Profiles by name, each compiled once. */
export class CompiledProfiles implements FilterSource {
  readonly #compiled: ReadonlyMap<SeccompProfile, CompiledProfile>;
  readonly #usual: SeccompProfile;

  /**
   * @param usual the profile of jobs that name none.
   * @param operatorFile path of a profile in the JSON form of the OCI runtime specification.
   * @throws {InfrastructureError} `sandbox-setup-failed` if libseccomp is missing or the file is no profile.
   */
  constructor(usual: SeccompProfile = 'default', operatorFile?: string) {
    this.#usual = usual;
    this.#compiled = new Map([
      ['default', compile(DEFAULT_PROFILE)],
      ['strict', compile(STRICT_PROFILE, true)],
      ...(operatorFile === undefined ? [] : [['operator', compile(readProfile(operatorFile))] as const]),
    ]);
    this.get(usual);
  }

  /** Names of the profiles that a job can have here. */
  get names(): readonly SeccompProfile[] {
    return SECCOMP_PROFILES.filter((name) => this.#compiled.has(name));
  }

  /** @throws {InfrastructureError} `sandbox-setup-failed` for the operator's profile where there is none. */
  get(name: SeccompProfile = this.#usual): CompiledProfile {
    const profile = this.#compiled.get(name);
    if (profile !== undefined) return profile;
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `This worker has no system call profile "${name}". Name its file in SANDLOT_SECCOMP_FILE.`,
    );
  }
}

function compile(spec: FilterSpec, execOnce = false): CompiledProfile {
  return { program: compileFilter(spec), execOnce };
}

function readProfile(path: string): FilterSpec {
  try {
    return parseOciProfile(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot use the system call profile SANDLOT_SECCOMP_FILE=${path}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** What init saw refused, with names. Undefined for what is refused to every other program. */
export function describeDenied({ number, count, arguments: values }: Denied): DeniedCall | undefined {
  const name = libseccomp().nameOf(number) ?? `syscall_${number}`;
  if (UNREMARKABLE_CALLS.includes(name)) return undefined;
  return {
    name,
    count,
    arguments: values.map((value) => `0x${value.toString(16)}`),
  };
}
