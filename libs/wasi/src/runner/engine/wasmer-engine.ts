import { WASI } from '@wasmer/wasi';
import type { RunRequest } from '../../runner-protocol.js';
import type { Thrown } from '../trap/describe-trap.js';
import type { GuestMemory } from '../guest/guest-memory.js';
import type { StartResult } from './engine.js';
import type { Imports } from './guarded-imports.js';
import { guardedWasmerCalls } from './wasmer-calls.js';

/** How the package begins to tell what JavaScript threw; any other words are about a failure of its own. */
const THREW = 'Error while running start function: RuntimeError: JsValue(';

/** Name and message of an error, and its stack from the next line on. */
const ERROR = /^(\w+): ([^\n]*)\n([^]*)$/;

/** @wasmer/wasi, for one guest. */
export class WasmerEngine {
  readonly #wasi: WASI;
  readonly #imports: Readonly<Record<string, Imports | undefined>>;
  readonly #memory: GuestMemory;
  readonly #strings: { readonly args: readonly string[]; readonly env: readonly string[] };

  /** @throws {Error} if the package does not know what to do with the module */
  constructor(request: RunRequest, module: WebAssembly.Module, memory: GuestMemory) {
    this.#memory = memory;
    this.#strings = { args: request.args, env: request.env };
    this.#wasi = new WASI({ args: [...request.args], env: toRecord(request.env), preopens: {} });
    this.#imports = this.#wasi.getImports(module) as Record<string, Imports>;
  }

  /** The part of a namespace that an engine holds; nothing for one the module does not import from. */
  imports(namespace: string): Imports {
    return guardedWasmerCalls(this.#imports[namespace] ?? {}, this.#memory, this.#strings);
  }

  start(instance: WebAssembly.Instance): StartResult {
    try {
      return { kind: 'exited', exitCode: this.#wasi.start(instance) };
    } catch (error) {
      return { kind: 'threw', thrown: unwrap(error) };
    }
  }
}

/** The last of two variables of one name counts. */
function toRecord(env: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    env.map((entry) => {
      const equals = entry.indexOf('=');
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

function unwrap(error: unknown): Thrown {
  const text = error instanceof Error ? error.message : '';
  if (!text.startsWith(THREW)) throw error;
  const [, name, message, stack] = ERROR.exec(text.slice(THREW.length)) ?? [];
  return { name: name ?? 'Error', message: message ?? 'uncaught exception', stack: stack ?? '' };
}
