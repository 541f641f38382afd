import { expect, it } from 'vitest';
import { findTemplate } from '../read-manifests.mjs';
import { QUEUE, render, type Settings } from './helm.js';

async function annotationsOf(values: Settings) {
  const manifests = await render(values);
  return ['sandlot-api', 'sandlot-worker'].map(
    (name) => findTemplate(manifests, 'Deployment', name).metadata.annotations,
  );
}

it('pods are made anew when queue.url changes, which they read at their start only', async () => {
  const [before, same, after] = await Promise.all(
    ['redis://a', 'redis://a', 'redis://b'].map(async (url) => await annotationsOf({ 'queue.url': url })),
  );
  expect(before).toEqual(same);
  for (const [index, annotations] of (after ?? []).entries())
    expect(annotations).not.toEqual(before?.[index]);
});

it('pods have no checksum of a Secret that is not the one of the chart', async () => {
  expect(await annotationsOf(QUEUE)).toEqual([undefined, undefined]);
});
