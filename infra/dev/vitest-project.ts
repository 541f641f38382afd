import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestProjectInlineConfiguration } from 'vitest/config';

export const ROOT = join(import.meta.dirname, '../..');

/**
 * Workspace packages resolve to their sources, so that tests need no build. Vitest hands these to Node as
 * `--conditions`, where `import` and `module` would give ES modules to a `require`.
 */
const CONDITIONS = ['development', 'node', 'default'];

/** Which tests a run takes from a folder, and where it may keep what it compiled. */
export interface Selection {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly cacheDir: string;
}

/** The folders of libs/ and apps/. */
export function workspaceFolders(): readonly string[] {
  return ['libs', 'apps'].flatMap((group) =>
    readdirSync(join(ROOT, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(ROOT, group, entry.name)),
  );
}

/** A vitest project, named after its folder. */
export function toProject(root: string, selection: Selection): TestProjectInlineConfiguration {
  return {
    root,
    cacheDir: join(selection.cacheDir, basename(root)),
    resolve: { conditions: CONDITIONS },
    ssr: { resolve: { conditions: CONDITIONS, externalConditions: CONDITIONS } },
    test: {
      name: basename(root),
      environment: 'node',
      include: [...selection.include],
      exclude: ['**/node_modules/**', '**/dist/**', '**/build/**', ...(selection.exclude ?? [])],
      testTimeout: 15_000,
      hookTimeout: 30_000,
      // A test that leaves a timer or a spy behind must not colour the next one.
      restoreMocks: true,
      unstubEnvs: true,
    },
  };
}
