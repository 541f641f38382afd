import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@sandlot/client';
import type { JobDocument, JobSpecInput, RequestedLimits, StepUsage } from '@sandlot/contract';
import { payloadPath } from '@sandlot/testing';
import { findProcesses } from './find-processes.js';
import { createLabCgroup, type LabCgroup } from './lab-cgroup.js';
import { Services } from './service.js';
import { until } from './until.js';

/** Whether the tests run in the lab's guest, whose one CPU is slow. */
export const isSlow = process.env['SANDLOT_LAB'] === 'uml';

/** What the tests of limits tell apart: T0 with a delegated cgroup, T1 without one. */
export type LimitsTier = 'T0' | 'T1';

const WAIT_SECONDS = 60;
const GONE_MS = 2_000;

/** A `serve` for the tests of limits, and what it has of the machine. */
export class LimitsService {
  readonly client: Client;
  readonly tier: LimitsTier;
  readonly #services: Services;
  readonly #cgroup: LabCgroup | undefined;
  readonly #payload: string;
  /** In the name of the program, and so in the command line of each of its processes. */
  readonly #marker = randomUUID();
  #cgroups = 0;

  private constructor(
    services: Services,
    { address, tier }: { readonly address: string; readonly tier: LimitsTier },
    cgroup: LabCgroup | undefined,
    payload: string,
  ) {
    this.client = createClient({ baseUrl: address });
    this.tier = tier;
    this.#services = services;
    this.#cgroup = cgroup;
    this.#payload = payload;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<LimitsService> {
    const services = new Services();
    const cgroup = createLabCgroup(`service-${randomUUID()}`);
    try {
      const settings = { SANDLOT_DATA_DIR: join(await services.makeDirectory(), 'data'), ...env };
      const { address } = await services.start('serve', settings, cgroup?.path);
      const payload = await readFile(await payloadPath(), 'base64');
      const started = { address, tier: await askTier(address) };
      const service = new LimitsService(services, started, cgroup, payload);
      // What a worker makes for its first job and keeps.
      await service.client.submit({ argv: ['true'] }, { waitSeconds: WAIT_SECONDS });
      service.#cgroups = cgroup?.count() ?? 0;
      return service;
    } catch (error) {
      await services.closeAll();
      throw error;
    }
  }

  /**
   * The job that runs verbs of the payload program: one with its arguments, separated by spaces, or a line of
   * shell that begins with one.
   */
  job(verb: string, limits: RequestedLimits): JobSpecInput {
    const program = `payload-${this.#marker}`;
    const argv = verb.includes(';')
      ? ['/bin/sh', '-c', `./${program} ${verb}`]
      : [`./${program}`, ...verb.split(' ')];
    return {
      argv,
      limits,
      files: [{ path: program, mode: '0755', encoding: 'base64', content: this.#payload }],
    };
  }

  /** Runs it to its end. */
  async run(verb: string, limits: RequestedLimits): Promise<EndedJob> {
    return toEnded(await this.client.submit(this.job(verb, limits), { waitSeconds: WAIT_SECONDS }));
  }

  /** Waits until no process and no cgroup of any job is left. @throws if they stay. */
  async expectNothingLeft(): Promise<void> {
    const isClean = () =>
      findProcesses(this.#marker).length === 0 && (this.#cgroup?.count() ?? 0) <= this.#cgroups;
    await until('processes and cgroups of the job to be gone', isClean, GONE_MS);
  }

  /** Kills it, as a crash would, and looks that nothing stays. */
  async close(): Promise<void> {
    await this.#services.closeAll();
    const cgroup = this.#cgroup;
    if (cgroup === undefined) return;
    await until('processes of the service to be gone', () => !cgroup.isPopulated, GONE_MS);
    cgroup.remove();
  }
}

/** What the tests look at. */
export interface EndedJob {
  readonly document: JobDocument;
  readonly stdout: string;
  readonly usage: StepUsage;
}

function toEnded(document: JobDocument): EndedJob {
  const stdout = document.output?.stdout;
  const usage = document.steps[0]?.usage;
  if (stdout?.encoding !== 'utf8' || usage === undefined) {
    throw new Error(`Expected an ended job with text on stdout, got ${JSON.stringify(document)}`);
  }
  return { document, stdout: stdout.text, usage };
}

async function askTier(address: string): Promise<LimitsTier> {
  const { tier } = (await (await fetch(`${address}/healthz`)).json()) as { readonly tier: string };
  return tier === 'T0' ? 'T0' : 'T1';
}
