import { ERRNO, fail } from '../errno.js';
import type { CallContext, Calls } from './call-context.js';

/** A cell has no sockets to give, so every descriptor that exists is none. Signals to oneself are not supported. */
export function socketCalls({ descriptors }: CallContext): Calls {
  const refuse = (fd: number): void => {
    descriptors.get(fd);
    fail(ERRNO.notsock);
  };
  return {
    sock_accept: refuse,
    sock_recv: refuse,
    sock_send: refuse,
    sock_shutdown: refuse,
    proc_raise() {
      fail(ERRNO.notsup);
    },
  };
}
