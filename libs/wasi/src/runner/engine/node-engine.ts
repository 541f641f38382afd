import type { RunRequest } from '../../runner-protocol.js';
import type { NodeHost } from '../host/node-host.js';
import type { GuestMemory } from '../guest/guest-memory.js';
import type { Calls } from '../calls/call-context.js';
import { toThrown } from '../trap/describe-trap.js';
import type { StartResult } from './engine.js';
import { guardedImports, type Imports } from './guarded-imports.js';

/** The part of the interface that an engine holds, by node:wasi and this file. */
export function nodeImports(request: RunRequest, memory: GuestMemory, host: NodeHost): Imports {
  return {
    ...guardedImports({
      ...stringCalls(memory, request.args, { sizes: 'args_sizes_get', get: 'args_get' }),
      ...stringCalls(memory, request.env, { sizes: 'environ_sizes_get', get: 'environ_get' }),
      random_get(address: number, length: number) {
        fillRandom(memory.slice(address, length), host);
      },
    }),
  };
}

export function startByNode(instance: WebAssembly.Instance): StartResult {
  try {
    // That it is a function without parameters was seen before.
    (instance.exports['_start'] as () => void)();
    return { kind: 'exited', exitCode: 0 };
  } catch (error) {
    return { kind: 'threw', thrown: toThrown(error) };
  }
}

/** A list of strings, as the two calls that hand it over: one tells the sizes, one copies. */
function stringCalls(
  memory: GuestMemory,
  strings: readonly string[],
  names: { readonly sizes: string; readonly get: string },
): Calls {
  const encoded = strings.map((text) => Buffer.from(`${text}\0`));
  const bytes = Buffer.concat(encoded);
  return {
    [names.sizes](count: number, length: number) {
      memory.setU32(count, encoded.length);
      memory.setU32(length, bytes.byteLength);
    },
    [names.get](pointers: number, address: number) {
      memory.slice(address, bytes.byteLength).set(bytes);
      let next = address;
      for (const [index, { byteLength }] of encoded.entries()) {
        memory.setU32(pointers + index * 4, next);
        next += byteLength;
      }
    },
  };
}

function fillRandom(target: Uint8Array, host: NodeHost): void {
  for (let done = 0; done < target.byteLength; done += host.data.byteLength) {
    const length = Math.min(target.byteLength - done, host.data.byteLength);
    host.randomize(length);
    target.set(host.data.subarray(0, length), done);
  }
}
