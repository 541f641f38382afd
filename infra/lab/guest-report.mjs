/**
 * What the guest said on its console, see guest.sh.
 *
 * @typedef {object} GuestReport
 * @property {string} output of vitest
 * @property {Tally | undefined} tally undefined if vitest did not get that far
 * @property {number | undefined} exitCode of vitest; undefined if the guest died before its end
 */

/** @typedef {import('../dev/vitest-tally.mjs').Tally} Tally */

const MARKER = /^@lab (tally|ended) (.*)$/;

/** UML's own words about its memory and its end, whatever its log level. */
const NOISE = /^(?:(?:sysrq|reboot): Power |Warning: tempdir .* is not on tmpfs)/;

/**
 * Takes the lines of a console apart into the output of the suite and the guest's own words.
 *
 * @param {(line: string) => void} onOutput told each line of the suite
 * @returns {{ take: (line: string) => void, report: GuestReport }}
 */
export function createReport(onOutput) {
  /** @type {GuestReport} */
  const report = { output: '', tally: undefined, exitCode: undefined };
  /** @param {string} line */
  const take = (line) => {
    const [, kind, value = ''] = MARKER.exec(line) ?? [];
    if (kind === 'tally') report.tally = /** @type {Tally} */ (JSON.parse(value));
    else if (kind === 'ended') report.exitCode = Number(value);
    else if (!NOISE.test(line)) {
      report.output += `${line}\n`;
      onOutput(line);
    }
  };
  return { take, report };
}
