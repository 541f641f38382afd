import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT, toProject, workspaceFolders, type Selection } from './vitest-project.js';

/** Everything but what needs a delegated cgroup, which runs in the lab (infra/lab), or helm (`npm run test:helm`). */
const SELECTION: Selection = {
  include: ['**/*.test.{ts,mjs}'],
  exclude: ['test/lab/**', 'live/**'],
  cacheDir: join(ROOT, 'node_modules/.vite'),
};

/** Further folders of infra/ with checks. */
const CHECKED = ['infra/docker', 'infra/helm', 'infra/kubernetes', 'infra/lab'];

/** One project per folder of libs/ and apps/, named after it; and one for each folder of infra/ with checks. */
export default defineConfig({
  root: ROOT,
  test: {
    projects: [
      ...workspaceFolders(),
      import.meta.dirname,
      ...CHECKED.map((folder) => join(ROOT, folder)),
    ].map((folder) => toProject(folder, SELECTION)),
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
    coverage: { provider: 'v8', include: ['{libs,apps}/*/src/**/*.ts'], reportsDirectory: 'coverage' },
  },
});
