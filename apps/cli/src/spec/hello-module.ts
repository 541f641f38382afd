import type { JobSpecInput } from '@sandlot/contract';

export const HELLO = 'hello from a module\n';

/** A job of a module that writes {@link HELLO}, by hand. */
export const HELLO_MODULE: JobSpecInput = {
  runtime: 'wasi',
  files: [
    {
      path: 'main.wasm',
      encoding: 'base64',
      content:
        'AGFzbQEAAAABDAJgBH9/f38Bf2AAAAIjARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAADAgEBBQMBAAEHEwIGbWVtb3J5AgAGX3N0YXJ0AAEKDwENAEEBQQBBAUEAEAAaCwsiAQBBAAscCAAAABQAAABoZWxsbyBmcm9tIGEgbW9kdWxlCg==',
    },
  ],
};
