import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMAGE_CONFIG, TOOL_PACKAGES } from './image.mjs';

const text = readFileSync(join(import.meta.dirname, 'Containerfile'), 'utf8');

describe('the Containerfile', () => {
  it.each(['tools', 'sandlot'])('says of %s what image.mjs says', (target) => {
    const [, stage = ''] =
      new RegExp(`^FROM \\S+ AS ${target}$([^]*?)(?=^FROM|$(?![^]))`, 'm').exec(text) ?? [];
    for (const variable of IMAGE_CONFIG.Env.filter(
      (each) => target === 'sandlot' || !each.startsWith('PATH='),
    )) {
      expect(stage).toMatch(new RegExp(`^ENV .*${variable}(?: |$)`, 'm'));
    }
    expect(stage).toContain(`USER ${IMAGE_CONFIG.User}\n`);
    expect(stage).toContain(`WORKDIR ${IMAGE_CONFIG.WorkingDir}\n`);
    expect(stage).toContain(`ENTRYPOINT ${JSON.stringify(IMAGE_CONFIG.Entrypoint).replace(',', ', ')}\n`);
    expect(stage).toContain(`CMD ${JSON.stringify(IMAGE_CONFIG.Cmd)}\n`);
  });

  it('installs the same tools as the script', () => {
    expect(text).toContain(` ${TOOL_PACKAGES.join(' ')} \\\n`);
  });

  it('builds the image without tools by default, the last target', () => {
    expect([...text.matchAll(/^FROM .* AS (\w+)$/gm)].map(([, name]) => name)).toEqual([
      'build',
      'tools',
      'sandlot',
    ]);
  });
});
