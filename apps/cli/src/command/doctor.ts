import type { Command } from 'commander';
import type { DoctorFlags } from '../doctor/doctor-command.js';
import { TIER_TEXT } from '../doctor/tier-text.js';

/** `sandlot doctor`: what this host can do, and what blocks the rest. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('find out what this host can do, and what blocks the rest')
    .description(
      'Tries everything that a worker needs, as this user and in this cgroup, and explains what fails.',
    )
    .option('--json', 'print the whole report')
    .option('--kubernetes', 'add the settings of a pod that would lift what fails')
    .addHelpText('after', HELP)
    .action(async (options: DoctorFlags) => {
      const { doctorCommand } = await import('../doctor/doctor-command.js');
      process.exitCode = await doctorCommand(options);
    });
}

/** A line for each tier. */
function tierLines(): string {
  return Object.entries(TIER_TEXT)
    .map(([tier, text]) => `  ${tier}  ${text}`)
    .join('\n');
}

const HELP = `
It leaves nothing behind and changes no setting. Run it the way the worker will run: same user, same container
or unit. SANDLOT_CGROUP is read as by the service.

Tiers:
${tierLines()}

Exit code: 0 for T0 and T1, where native programs can run; 1 for T2 to T4; 125 if it could not look.

Examples:
  $ sandlot doctor
  $ sandlot doctor --json | jq '.findings[] | select(.status == "failed")'
  $ kubectl exec deploy/sandlot-worker -- sandlot doctor --kubernetes
  $ systemd-run --user --scope -p Delegate=yes -- sandlot doctor
`;
