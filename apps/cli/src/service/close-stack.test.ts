import { describe, expect, it } from 'vitest';
import { CloseStack } from './close-stack.js';

describe('CloseStack', () => {
  it('closes in the opposite order, once', async () => {
    const closed: string[] = [];
    const stack = new CloseStack();
    for (const name of ['queue', 'sandbox', 'api']) stack.push(async () => void closed.push(name));
    await stack.close();
    await stack.close();
    expect(closed).toEqual(['api', 'sandbox', 'queue']);
  });

  it('closes the rest when one fails, then says so', async () => {
    const closed: string[] = [];
    const stack = new CloseStack();
    stack.push(async () => void closed.push('queue'));
    stack.push(() => Promise.reject(new Error('stuck')));
    await expect(stack.close()).rejects.toMatchObject({ errors: [new Error('stuck')] });
    expect(closed).toEqual(['queue']);
  });
});
