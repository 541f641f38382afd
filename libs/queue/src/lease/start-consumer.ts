import type { ConsumeOptions, JobConsumer } from '@sandlot/engine';
import type { Backing, Link } from '../backing/backing.js';
import type { ResolvedOptions } from '../queue-options.js';
import { reportOnce } from '../error/report-once.js';
import { LeaseRunner } from './lease-runner.js';
import { LeaseWorker } from './lease-worker.js';
import { tellEnd } from './tell-end.js';

/** Never reached: whether a job is given up is for `decideRetry` to say. */
const MAX_STALLED = 1_000_000;
const RETRY_MS = 1_000;
/** How long a closing worker may need once all its jobs have settled, should the carrier be gone. */
const CLOSE_MS = 3_000;

/** Starts BullMQ's worker over a backing. Resolves once it leases jobs. */
export async function startConsumer(
  consume: ConsumeOptions,
  { backing, options }: { readonly backing: Backing; readonly options: ResolvedOptions },
): Promise<JobConsumer> {
  const link = await backing.openConsumerLink();
  const report = reportOnce(consume.onError);
  const runner = new LeaseRunner({
    consume: { ...consume, onError: report },
    options,
    link,
    locksLapse: backing.locksLapse,
  });
  const worker = new LeaseWorker(
    async (job, token) => runner.process(job, token ?? ''),
    workerOptions(consume, options),
    link.backendFactory,
    (renewal) => void runner.onRenewal(renewal).catch(report),
  );
  worker.on('error', report);
  const notices = tellEnds(worker, runner, link, report);
  const offCancel = await backing.onCancel((id) => void runner.onCancel(id).catch(report));
  worker.run().catch(report);
  return {
    close: async ({ graceMs }) => {
      runner.drain();
      const closed = worker.close().catch(report);
      await settledWithin(closed, graceMs);
      runner.endAll('worker-draining');
      await runner.settled();
      await settledWithin(closed, CLOSE_MS);
      offCancel();
      await settledWithin(Promise.all(notices), CLOSE_MS);
      await link.close();
    },
  };
}

function workerOptions({ worker, concurrency }: ConsumeOptions, options: ResolvedOptions) {
  const { lockMs, stalledCheckMs, retention } = options;
  const { ageMs, count } = retention;
  const keep = { age: ageMs / 1000, ...(count === undefined ? {} : { count }) };
  return {
    // The link's factory knows its connection; BullMQ's option has nothing to add.
    connection: {},
    autorun: false,
    name: worker,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    maxStalledCount: MAX_STALLED,
    runRetryDelay: RETRY_MS,
    removeOnComplete: keep,
    removeOnFail: keep,
  };
}

/** Tells of every end. Gives the notices that are under way. */
function tellEnds(
  worker: LeaseWorker,
  runner: LeaseRunner,
  link: Link,
  report: (thrown: unknown) => void,
): ReadonlySet<Promise<void>> {
  const notices = new Set<Promise<void>>();
  const track = (telling: Promise<void>): void => {
    const notice = telling.catch(report).finally(() => notices.delete(notice));
    notices.add(notice);
  };
  worker.on('completed', (job, result) =>
    track(tellEnd(job, { ledger: runner.ledgerOf(job), result }, link)),
  );
  worker.on('failed', (job, { message }) => {
    if (job !== undefined) track(tellEnd(job, { ledger: runner.ledgerOf(job), failedReason: message }, link));
  });
  return notices;
}

async function settledWithin(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
