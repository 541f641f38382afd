/** Holds the workspace to its architecture: prints every violation and ends with exit code 1 if there is one. */
import { findViolations } from './boundaries/find-violations.mjs';
import { readProjects, readReferences, readRootTools } from './boundaries/read-projects.mjs';
import { ROOT } from './setup/workspace.mjs';

const projects = readProjects(ROOT);
const violations = [...findViolations(projects, readRootTools(ROOT)), ...findUnbuilt()];
if (violations.length > 0) {
  process.stdout.write(`${violations.join('\n')}\n`);
  process.exitCode = 1;
}

/** Projects that `tsc -b infra/dev` would leave out. */
function findUnbuilt() {
  const built = readReferences(ROOT, 'infra/dev') ?? [];
  return projects
    .filter(({ folder, references }) => references !== undefined && !built.includes(folder))
    .map(({ folder }) => `infra/dev/tsconfig.json: ${folder} is missing in references`);
}
