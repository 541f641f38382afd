import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/**
 * A client of the container runtime interface.
 *
 * @typedef {(method: string, request: object) => Promise<any>} Cri answers as api.proto says, with its names
 */

/**
 * @param {string} socket
 * @param {string} proto
 * @returns {Cri}
 */
export function connectCri(socket, proto) {
  const definition = loadPackageDefinition(
    loadSync(proto, { keepCase: true, defaults: true, enums: String }),
  );
  // What the loader makes of a file it cannot know.
  const { RuntimeService } = /** @type {any} */ (definition).runtime.v1;
  const client = new RuntimeService(`unix:${socket}`, credentials.createInsecure());
  return async (method, request) =>
    await new Promise((resolve, reject) => {
      client[method](request, (/** @type {Error | null} */ error, /** @type {unknown} */ answer) => {
        if (error === null) resolve(answer);
        else reject(new Error(`${method}: ${error.message}`, { cause: error }));
      });
    });
}
