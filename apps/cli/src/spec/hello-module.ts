import type { JobSpecInput } from '@sandlot/contract';

/** A job of a module that says hello: fd_write(1, "hello from a module\n"), by hand. */
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
