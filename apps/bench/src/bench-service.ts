import type { BenchGroup, BenchRow } from './report/bench-report.js';
import { summarize } from './stats/summary.js';
import { startService, type Service } from './subject/service.js';

const CLIENTS = [1, 8] as const;
const WARM_UP = 20;

/** From submitting a job over HTTP until its result is here, with 1 and with 8 clients at a time. */
export async function benchService(jobs: number): Promise<BenchGroup> {
  const service = await startService();
  try {
    for (let index = 0; index < WARM_UP; index += 1) await service.runJob();
    const rows: BenchRow[] = [];
    for (const clients of CLIENTS) rows.push(await measureClients(service, clients, jobs));
    return { title: 'POST /v1/jobs with Prefer: wait, /usr/bin/true, until the result', rows };
  } finally {
    await service.close();
  }
}

async function measureClients(service: Service, clients: number, jobs: number): Promise<BenchRow> {
  const times: number[] = [];
  const begun = performance.now();
  const client = async () => {
    while (times.length < jobs) {
      const submitted = performance.now();
      await service.runJob();
      times.push(performance.now() - submitted);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = Math.round((times.length / (performance.now() - begun)) * 1000);
  return { name: `${clients} client${clients > 1 ? 's' : ''} (${perSecond} jobs/s)`, ...summarize(times) };
}
