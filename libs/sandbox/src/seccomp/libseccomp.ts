/**
 * libseccomp by its Debian soname (seccomp_init(3), seccomp_rule_add(3), seccomp_export_bpf(3)). It is loaded when first
 * needed, so that its absence is a finding and not a crash.
 */
import { constants } from 'node:os';
import koffi, { type LibraryHandle } from 'koffi';
import { InfrastructureError } from '@sandlot/engine';

const SONAME = 'libseccomp.so.2';

/** seccomp_syscall_resolve_name(3): the library does not know the name. */
export const UNKNOWN_SYSCALL = -1;

/** `enum scmp_filter_attr`. */
export const ATTRIBUTE = { foreignArchitecture: 2, optimize: 8 } as const;
/** Value of {@link ATTRIBUTE}.optimize: a binary tree over the numbers of calls. */
export const BINARY_TREE = 2;

/** `SCMP_ARCH_NATIVE`. */
const NATIVE = 0;

/** The functions that we call, with their C names and types. All return 0 or -errno unless they say otherwise. */
export interface Libseccomp {
  readonly init: (otherwise: number) => object | null;
  readonly setAttribute: (context: object, attribute: number, value: number) => number;
  readonly addRule: (
    context: object,
    action: number,
    syscall: number,
    testCount: number,
    tests: Uint8Array | null,
  ) => number;
  readonly exportBpf: (context: object, fd: number) => number;
  readonly release: (context: object) => void;
  /** Number of a system call here, negative if this architecture does not have it. */
  readonly numberOf: (name: string) => number;
  /** `AUDIT_ARCH_*` of this machine (seccomp_arch_native(3)). */
  readonly architecture: () => number;
  readonly nameOf: (number: number) => string | undefined;
}

let loaded: Libseccomp | undefined;

/** @throws {InfrastructureError} `sandbox-setup-failed` if the library cannot be loaded, with the remedy. */
export function libseccomp(): Libseccomp {
  loaded ??= bindAll(load());
  return loaded;
}

/** @throws {InfrastructureError} `sandbox-setup-failed`. */
export function succeedSeccomp(what: string, result: number): void {
  if (result >= 0) return;
  const errno = Object.entries(constants.errno).find(([, value]) => value === -result)?.[0];
  throw new InfrastructureError('sandbox-setup-failed', `Cannot ${what}: ${errno ?? String(result)}`);
}

function load(): LibraryHandle {
  try {
    return koffi.load(SONAME);
  } catch (cause) {
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot load ${SONAME}, which system call filters are made with. Install it: apt-get install libseccomp2.`,
      { cause },
    );
  }
}

function bindAll(library: LibraryHandle): Libseccomp {
  const resolveNumber = library.func('void *seccomp_syscall_resolve_num_arch(uint32_t arch, int number)');
  const free = koffi.load('libc.so.6').func('void free(void *)');
  // koffi types no function: these are the declarations of seccomp.h.
  return {
    init: library.func('void *seccomp_init(uint32_t otherwise)') as Libseccomp['init'],
    setAttribute: library.func('int seccomp_attr_set(void *context, int attribute, uint32_t value)'),
    addRule: library.func(
      'int seccomp_rule_add_array(void *context, uint32_t action, int syscall, unsigned int count, const void *tests)',
    ),
    exportBpf: library.func('int seccomp_export_bpf(const void *context, int fd)'),
    release: library.func('void seccomp_release(void *context)'),
    numberOf: library.func('int seccomp_syscall_resolve_name(const char *name)'),
    architecture: library.func('uint32_t seccomp_arch_native(void)') as Libseccomp['architecture'],
    nameOf: (number) => {
      const text: unknown = resolveNumber(NATIVE, number);
      if (text === null) return undefined;
      const name = koffi.decode(text, 'char', -1) as string; // a C string
      free(text);
      return name;
    },
  };
}
