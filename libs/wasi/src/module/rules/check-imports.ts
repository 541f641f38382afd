import { quote } from '@sandlot/contract';
import type { ModuleImport } from '../binary/import-section.js';
import { refused, type Refused } from '../refusal.js';
import { isWasiVersion, wasiSignature, type WasiVersion } from '../wasi-functions.js';

const SHOWN_IMPORTS = 5;
const ONLY_WASI =
  'Link what it needs into it; from outside it gets the functions of wasi_snapshot_preview1 alone';

/** A module may import functions of WASI, of one version, with the types that they have. */
export function checkImports(
  imports: readonly ModuleImport[],
  served: readonly WasiVersion[],
): Refused | undefined {
  return (
    refuseMemories(imports) ??
    refuseOtherKinds(imports) ??
    refuseUnknown(imports, served) ??
    refuseMixture(imports) ??
    refuseSignatures(imports)
  );
}

function refuseMemories(imports: readonly ModuleImport[]): Refused | undefined {
  const memories = imports.filter(({ what }) => what.kind === 'memory');
  if (memories.length === 0) return undefined;
  const remedy = 'Let it define its memory and export it as "memory": link without --import-memory';
  return refused('imported-memory', `it imports a memory, ${list(memories)}`, remedy);
}

function refuseOtherKinds(imports: readonly ModuleImport[]): Refused | undefined {
  const others = imports.filter(({ what }) => what.kind !== 'function');
  if (others.length === 0) return undefined;
  const kinds = [...new Set(others.map(({ what }) => what.kind))].join(', ');
  return refused(
    'import-not-function',
    `it imports what is no function (${kinds}): ${list(others)}`,
    ONLY_WASI,
  );
}

function refuseUnknown(
  imports: readonly ModuleImport[],
  served: readonly WasiVersion[],
): Refused | undefined {
  const unknown = imports.filter(({ module, name }) => {
    const version = served.find((each) => each === module);
    return version === undefined || wasiSignature(version, name) === undefined;
  });
  if (unknown.length === 0) return undefined;
  return refused('unknown-import', `it imports what there is not: ${list(unknown)}`, ONLY_WASI);
}

function refuseMixture(imports: readonly ModuleImport[]): Refused | undefined {
  if (versionsOf(imports).length < 2) return undefined;
  const remedy = 'Build all its parts with one release of their tools';
  return refused('mixed-wasi-versions', 'it imports wasi_snapshot_preview1 and wasi_unstable', remedy);
}

function refuseSignatures(imports: readonly ModuleImport[]): Refused | undefined {
  for (const { module, name, what } of imports) {
    const type = isWasiVersion(module) ? wasiSignature(module, name) : undefined;
    if (what.kind !== 'function' || what.signature === type) continue;
    const why = `it imports ${quote(name)} as ${what.signature}, and its type is ${type}`;
    return refused('wrong-import-signature', why, 'Declare the function as the header wasi/api.h does');
  }
  return undefined;
}

/** The versions of WASI that a module uses: none, if it imports nothing. */
export function versionsOf(imports: readonly ModuleImport[]): readonly WasiVersion[] {
  return [...new Set(imports.map(({ module }) => module).filter(isWasiVersion))];
}

function list(imports: readonly ModuleImport[]): string {
  const shown = imports.slice(0, SHOWN_IMPORTS).map(({ module, name }) => `${quote(module)}.${quote(name)}`);
  const others = imports.length - shown.length;
  return `${shown.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}
