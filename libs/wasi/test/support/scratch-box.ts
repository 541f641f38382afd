import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { RunPreopen } from '../../src/runner-protocol.js';

const boxes: string[] = [];

/** An empty directory for one test, removed after it. To be called once in a test file, at its top. */
export function removeBoxesAfterEach(): void {
  afterEach(() => {
    for (const box of boxes.splice(0)) rmSync(box, { recursive: true, force: true });
  });
}

export function scratchBox(): string {
  const box = mkdtempSync(join(tmpdir(), 'sandlot-box-'));
  boxes.push(box);
  return box;
}

/** A directory as the guest's root. */
export function asRoot(host: string, readOnly = false): readonly RunPreopen[] {
  return [{ guest: '/', host, readOnly }];
}
