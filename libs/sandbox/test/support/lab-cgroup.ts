/** The cgroup v2 directory that the lab gave to this user. @throws outside of the lab. */
export function labCgroup(): string {
  const directory = process.env['SANDLOT_LAB_CGROUP'];
  if (directory !== undefined) return directory;
  throw new Error('These tests need a delegated cgroup: run them with `npm run lab`');
}
