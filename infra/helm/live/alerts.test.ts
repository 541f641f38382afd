import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findManifest } from '../read-manifests.mjs';
import { notes, QUEUE, render, type Settings } from './helm.js';

const execute = promisify(execFile);

const RULES = { ...QUEUE, 'monitoring.rules.enabled': 'true' };

/** A series by name and labels, and what it says each minute, in promtool's notation. */
type Series = Readonly<Record<string, string>>;

/** An API that says how many jobs of its installation are in each state. */
function jobs(namespace: string, pod: string, states: Readonly<Record<string, string>>): Series {
  const labels = (state: string) => `namespace="${namespace}",pod="${pod}",state="${state}"`;
  return Object.fromEntries(
    Object.entries(states).map(([state, values]) => [`sandlot_jobs{${labels(state)}}`, values]),
  );
}

/** A container called `worker` that is killed for memory in minute 20. */
function killed(namespace: string, pod: string): Series {
  const labels = `namespace="${namespace}",pod="${pod}",container="worker"`;
  return {
    [`kube_pod_container_status_restarts_total{${labels}}`]: '0x19 1x40',
    [`kube_pod_container_status_last_terminated_exitcode{${labels}}`]: '_x19 137x40',
    [`kube_pod_container_status_last_terminated_reason{${labels},reason="OOMKilled"}`]: '_x19 1x40',
  };
}

/** Alerts that fire after `minutes` in the installation `sandlot` of the namespace `default`. */
async function firing(series: Series, minutes: number, values: Settings = {}): Promise<readonly string[]> {
  const rules = findManifest(await render({ ...RULES, ...values }), 'PrometheusRule', 'sandlot').spec;
  const folder = await mkdtemp(join(tmpdir(), 'sandlot-alerts-'));
  try {
    await writeFile(join(folder, 'rules.yaml'), stringify(rules));
    await writeFile(join(folder, 'test.yaml'), stringify(testOf(series, minutes)));
    const said = await execute('promtool', ['test', 'rules', join(folder, 'test.yaml')]).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { readonly stdout: string; readonly stderr: string }).stderr, // of execFile
    );
    return [...said.matchAll(/alertname="(\w+)"/g)].map(([, name = '']) => name);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Expects no alert at all, so that promtool names each that fires. */
function testOf(series: Series, minutes: number): object {
  return {
    rule_files: ['rules.yaml'],
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          { expr: 'ALERTS{alertstate="firing"}', eval_time: `${minutes}m`, exp_samples: [] },
        ],
      },
    ],
  };
}

describe.runIf(findProgram('promtool') !== undefined)('the alerts, evaluated by promtool', () => {
  const idle = { queued: '0x60', starting: '0x60', running: '0x60' };
  const stuck = { queued: '50x60', starting: '0x60', running: '0x60' };
  const busy = { queued: '0x60', starting: '0x60', running: '2x60' };

  it('are silent while nothing is amiss', async () => {
    expect(await firing(jobs('default', 'sandlot-api-a', busy), 50)).toEqual([]);
  });

  it.each([
    ['of another namespace', jobs('other', 'sandlot-api-b', busy)],
    ['of another release', jobs('default', 'b-sandlot-api-b', busy)],
  ])('tell that nothing runs, though jobs %s do', async (_, others) => {
    const series = { ...jobs('default', 'sandlot-api-a', stuck), ...others };
    expect(await firing(series, 50)).toEqual(['SandlotNothingRuns']);
    expect(await firing({ ...jobs('default', 'sandlot-api-a', idle), ...others }, 50)).toEqual([]);
  });

  it('tell that nobody counts the jobs, though others count theirs', async () => {
    expect(await firing(jobs('other', 'sandlot-api-b', busy), 50)).toEqual(['SandlotQueueUnknown']);
  });

  it('tell of a worker that was killed for memory, and of no other container that has its name', async () => {
    const own = jobs('default', 'sandlot-api-a', idle);
    expect(await firing({ ...own, ...killed('shop', 'p') }, 25)).toEqual([]);
    expect(await firing({ ...own, ...killed('default', 'sandlot-worker-5d-x') }, 25)).toEqual([
      'SandlotWorkerOutOfMemory',
    ]);
  });

  it('wait for the end of a drain before a worker counts as not ready', async () => {
    const series = {
      ...jobs('default', 'sandlot-api-a', idle),
      'sandlot_worker_ready{namespace="default",pod="sandlot-worker-5d-x"}': '0x100',
    };
    expect(await firing(series, 16)).toEqual(['SandlotWorkerNotReady']);
    expect(await firing(series, 16, { 'worker.drainSeconds': '3600' })).toEqual([]);
    expect(await firing(series, 66, { 'worker.drainSeconds': '3600' })).toEqual(['SandlotWorkerNotReady']);
  });
});

describe('the HorizontalPodAutoscaler', () => {
  it('scales by the queue of its own installation', async () => {
    const values = { ...QUEUE, 'autoscaling.type': 'hpa' };
    const { spec } = findManifest(await render(values), 'HorizontalPodAutoscaler', 'sandlot-worker');
    expect(spec).toMatchObject({
      metrics: [{ external: { metric: { selector: { matchLabels: { service: 'sandlot-api' } } } } }],
    });
    const said = await notes(values);
    expect(said).toContain('seriesQuery: sandlot_jobs{namespace!=""}');
    expect(said).toContain('sandlot_jobs{<<.LabelMatchers>>, state=~"queued|starting|running"}');
  });
});
