import type { RunRequest } from '../../runner-protocol.js';
import type { CallContext } from '../calls/call-context.js';
import { clockCalls } from '../calls/clock-calls.js';
import { descriptorCalls } from '../calls/descriptor-calls.js';
import { directoryCalls } from '../calls/directory-calls.js';
import { fileCalls } from '../calls/file-calls.js';
import { linkCalls } from '../calls/link-calls.js';
import { openCalls } from '../calls/open-calls.js';
import { pathCalls } from '../calls/path-calls.js';
import { pollCalls } from '../calls/poll-calls.js';
import { socketCalls } from '../calls/socket-calls.js';
import { NAMESPACES, type Abi } from '../guest/abi.js';
import type { GuestMemory } from '../guest/guest-memory.js';
import type { Engine } from './engine.js';
import { exitImport, type Exit } from './exit-import.js';
import { guardedImports, type Imports } from './guarded-imports.js';
import { nodeImports, startByNode } from './node-engine.js';
import { WasmerEngine } from './wasmer-engine.js';

const ABIS = Object.keys(NAMESPACES) as readonly Abi[];

/** Puts the interface together: files, time and the exit are always ours, the rest is the engine's. */
export function createEngine(
  request: RunRequest,
  module: WebAssembly.Module,
  context: Omit<CallContext, 'abi'> & { readonly exit: Exit },
): Engine {
  const byNode = nodeImports(request, context.memory, context.host);
  const wasmer = request.engine === 'wasmer' ? tryWasmer(request, module, context.memory) : undefined;
  const imports = ABIS.map((abi) => [
    NAMESPACES[abi],
    {
      ...byNode,
      ...onceAttached(context.memory, wasmer?.imports(NAMESPACES[abi]) ?? {}, byNode),
      ...fileImports({ ...context, abi }),
      ...exitImport(context.exit),
    },
  ]);
  return {
    imports: Object.fromEntries(imports) as Record<string, Imports>,
    start: (instance) => wasmer?.start(instance) ?? startByNode(instance),
  };
}

/** Before there is a memory, in a start section, @wasmer/wasi would panic, which looks like a trap of the guest. */
function onceAttached(memory: GuestMemory, later: Imports, before: Imports): Imports {
  const names = Object.keys(later);
  return Object.fromEntries(
    names.map((name) => [name, (...args: never[]) => (memory.isAttached ? later : before)[name]?.(...args)]),
  );
}

function fileImports(context: CallContext): Imports {
  return guardedImports({
    ...clockCalls(context),
    ...descriptorCalls(context),
    ...directoryCalls(context),
    ...fileCalls(context),
    ...linkCalls(context),
    ...openCalls(context),
    ...pathCalls(context),
    ...pollCalls(context),
    ...socketCalls(context),
  });
}

/**
 * The package runs only what imports the interface and exports a memory. A module without either has nothing that it
 * could hold, and runs without it.
 */
function tryWasmer(
  request: RunRequest,
  module: WebAssembly.Module,
  memory: GuestMemory,
): WasmerEngine | undefined {
  const namespaces: readonly string[] = Object.values(NAMESPACES);
  const importsWasi = WebAssembly.Module.imports(module).some((each) => namespaces.includes(each.module));
  const hasMemory = WebAssembly.Module.exports(module).some(
    ({ name, kind }) => name === 'memory' && kind === 'memory',
  );
  return importsWasi && hasMemory ? new WasmerEngine(request, module, memory) : undefined;
}
