import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT, toProject, workspaceFolders, type Selection } from '../dev/vitest-project.js';

/** What needs a delegated cgroup, and what shows there more than elsewhere. The lab's checkout is read-only. */
const SELECTION: Selection = {
  include: ['test/lab/**/*.test.{ts,mjs}', 'test/limits/**/*.test.ts'],
  cacheDir: join(tmpdir(), 'sandlot-lab-vite'),
};

/** A guest has one slow CPU: one file at a time, and time enough for each test. */
const TEST_TIMEOUT_MS = 60_000;

export default defineConfig({
  root: ROOT,
  test: {
    projects: [...workspaceFolders(), join(ROOT, 'infra/kubernetes')].map((folder) => {
      const { test, ...project } = toProject(folder, SELECTION);
      return { ...project, test: { ...test, testTimeout: TEST_TIMEOUT_MS, hookTimeout: TEST_TIMEOUT_MS } };
    }),
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
