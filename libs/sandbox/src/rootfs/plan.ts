import { BodyWriter } from '../native/body-writer.js';
import { BIND, OPERATION, PROC } from '../native/protocol.js';

/** How a tree is bound: read-only, nosuid and nodev unless said otherwise. */
export interface BindOptions {
  /** A missing source or target is passed over. */
  readonly optional?: boolean;
  /** A device node that must stay usable: noexec instead of nodev. */
  readonly device?: boolean;
  readonly writable?: boolean;
}

export interface ProcOptions {
  readonly readOnly?: boolean;
  /** Shows processes, and nothing of the system (`subset=pid` of proc(5), Linux 5.8). */
  readonly pidsOnly?: boolean;
}

/**
 * One operation on a root file system, performed by init. Paths are relative to the root being built, except
 * `source`, which is absolute: in the host's view before `pivotRoot`, in the slot's after it. Sizes are bytes.
 */
export type Operation =
  | { readonly op: 'newRoot'; readonly sizeBytes: number; readonly inodes: number }
  | { readonly op: 'makeDirectory'; readonly path: string; readonly mode: number }
  | { readonly op: 'makeSymlink'; readonly target: string; readonly path: string }
  | { readonly op: 'writeFile'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | ({ readonly op: 'bind'; readonly source: string; readonly path: string } & BindOptions)
  /** Read-only, with inodes of its own if the kernel makes an overlay of it; bound otherwise, which init tells. */
  | { readonly op: 'showTree'; readonly source: string; readonly path: string }
  /** What such an overlay has found before, it looks up anew. */
  | { readonly op: 'forgetNames'; readonly path: string }
  | {
      readonly op: 'mountTmpfs';
      readonly path: string;
      readonly sizeBytes: number;
      readonly inodes: number;
      readonly mode: number;
    }
  | ({ readonly op: 'mountProc'; readonly path: string } & ProcOptions)
  | { readonly op: 'pivotRoot' }
  | { readonly op: 'sealRoot' }
  | { readonly op: 'setHostname'; readonly name: string }
  | { readonly op: 'bringLoopbackUp' }
  /** `optional`: a kernel without it is as good. */
  | { readonly op: 'setSysctl'; readonly path: string; readonly value: string; readonly optional?: boolean };

/** Operations in the order in which init performs them. */
export type RootPlan = readonly Operation[];

/** Writes a plan as init reads it (native/src/init/plan.c). */
export function encodePlan(plan: RootPlan, body: BodyWriter = new BodyWriter()): BodyWriter {
  return body.list(plan, (operation) => encodeOperation(body.u32(OPERATION[operation.op]), operation));
}

function encodeOperation(body: BodyWriter, operation: Operation): BodyWriter {
  switch (operation.op) {
    case 'newRoot':
      return body.u64(operation.sizeBytes).u64(operation.inodes);
    case 'makeDirectory':
      return body.string(operation.path).u32(operation.mode);
    case 'makeSymlink':
      return body.string(operation.target).string(operation.path);
    case 'writeFile':
      return body.string(operation.path).u32(operation.mode).bytes(operation.content);
    case 'bind':
      return body.string(operation.source).string(operation.path).u32(bindFlags(operation));
    case 'showTree':
      return body.string(operation.source).string(operation.path);
    case 'forgetNames':
      return body.string(operation.path);
    case 'mountTmpfs':
      return body.string(operation.path).u64(operation.sizeBytes).u64(operation.inodes).u32(operation.mode);
    case 'mountProc':
      return body.string(operation.path).u32(procFlags(operation));
    case 'setHostname':
      return body.string(operation.name);
    case 'setSysctl':
      return body
        .string(operation.path)
        .string(operation.value)
        .u32(operation.optional === true ? 1 : 0);
    case 'pivotRoot':
    case 'sealRoot':
    case 'bringLoopbackUp':
      return body;
    default:
      return operation satisfies never;
  }
}

function procFlags({ readOnly, pidsOnly }: ProcOptions): number {
  return (readOnly ? PROC.readOnly : 0) | (pidsOnly ? PROC.pidsOnly : 0);
}

function bindFlags({ optional, device, writable }: BindOptions): number {
  return (optional ? BIND.optional : 0) | (device ? BIND.device : 0) | (writable ? BIND.writable : 0);
}
