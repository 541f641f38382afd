import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT, toProject } from '../dev/vitest-project.js';

/** What takes helm and kubeconform, which CI has not: `npm run test:helm`. */
export default defineConfig({
  root: ROOT,
  test: {
    projects: [
      toProject(import.meta.dirname, {
        include: ['live/**/*.test.ts'],
        cacheDir: join(ROOT, 'node_modules/.vite'),
      }),
    ],
  },
});
