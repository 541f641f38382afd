import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/**
 * Answers, as far as they are used, by method; with the names of api.proto.
 *
 * @typedef {object} Answers
 * @property {{ pod_sandbox_id: string }} RunPodSandbox
 * @property {{ container_id: string }} CreateContainer
 * @property {object} StartContainer
 * @property {{ status: { state: string }, info: Readonly<Record<string, string>> }} ContainerStatus `info` if it is asked for (verbose)
 * @property {object} StopPodSandbox
 * @property {object} RemovePodSandbox
 */

/** @typedef {<M extends keyof Answers>(method: M, request: object) => Promise<Answers[M]>} Cri */

/** @typedef {Record<string, (request: object, done: (error: Error | null, answer: unknown) => void) => void>} Client */

/**
 * A client of the container runtime interface.
 *
 * @param {string} socket
 * @param {string} proto
 * @returns {Cri}
 */
export function connectCri(socket, proto) {
  const definition = loadPackageDefinition(
    loadSync(proto, { keepCase: true, defaults: true, enums: String }),
  );
  // What the loader makes of a file whose content types cannot know.
  const { runtime } =
    /** @type {{ runtime: { v1: { RuntimeService: new (address: string, how: object) => Client } } }} */ (
      /** @type {unknown} */ (definition)
    );
  const client = new runtime.v1.RuntimeService(`unix:${socket}`, credentials.createInsecure());
  return async (method, request) =>
    await new Promise((resolve, reject) => {
      client[method]?.(request, (error, answer) => {
        // As api.proto says.
        if (error === null) resolve(/** @type {Answers[typeof method]} */ (answer));
        else reject(new Error(`${method}: ${error.message}`, { cause: error }));
      });
    });
}
