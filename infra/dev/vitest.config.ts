import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Workspace packages resolve to their sources, so that tests need no build. Vitest hands these to Node as
 * `--conditions`, where `import` and `module` would give ES modules to a `require`.
 */
const CONDITIONS = ['development', 'node', 'default'];

/** One project per folder of libs/ and apps/, named after it; and one for this folder's own checks. */
export default defineConfig({
  root: ROOT,
  test: {
    projects: [...['libs', 'apps'].flatMap(foldersOf), import.meta.dirname].map(toProject),
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
    coverage: { provider: 'v8', include: ['{libs,apps}/*/src/**/*.ts'], reportsDirectory: 'coverage' },
  },
});

function foldersOf(group: string): readonly string[] {
  return readdirSync(join(ROOT, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(ROOT, group, entry.name));
}

function toProject(root: string): TestProjectInlineConfiguration {
  return {
    root,
    cacheDir: join(ROOT, 'node_modules/.vite', basename(root)),
    resolve: { conditions: CONDITIONS },
    ssr: { resolve: { conditions: CONDITIONS, externalConditions: CONDITIONS } },
    test: {
      name: basename(root),
      environment: 'node',
      include: ['**/*.test.{ts,mjs}'],
      exclude: ['**/node_modules/**', '**/dist/**', '**/build/**'],
      testTimeout: 15_000,
      hookTimeout: 30_000,
      // A test that leaves a timer or a spy behind must not colour the next one.
      restoreMocks: true,
      unstubEnvs: true,
    },
  };
}
