import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT, toProject, workspaceFolders, type Selection } from './vitest-project.js';

/** Everything but what needs a delegated cgroup: that runs in the lab (infra/lab). */
const SELECTION: Selection = {
  include: ['**/*.test.{ts,mjs}'],
  exclude: ['test/lab/**'],
  cacheDir: join(ROOT, 'node_modules/.vite'),
};

/** One project per folder of libs/ and apps/, named after it; and one for each folder of infra/ with checks. */
export default defineConfig({
  root: ROOT,
  test: {
    projects: [...workspaceFolders(), import.meta.dirname, join(ROOT, 'infra/lab')].map((folder) =>
      toProject(folder, SELECTION),
    ),
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
    coverage: { provider: 'v8', include: ['{libs,apps}/*/src/**/*.ts'], reportsDirectory: 'coverage' },
  },
});
