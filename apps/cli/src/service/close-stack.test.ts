import { describe, expect, it } from 'vitest';
import { CloseStack, closeTogether } from './close-stack.js';

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

describe('closeTogether', () => {
  it('waits for the slow even if the quick fails', async () => {
    let isClosed = false;
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      isClosed = true;
    };
    await expect(closeTogether([() => Promise.reject(new Error('stuck')), slow])).rejects.toThrow(
      AggregateError,
    );
    expect(isClosed).toBe(true);
  });
});
