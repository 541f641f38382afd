import type { Registry } from 'prom-client';
import type { ApiOptions } from './api-options.js';
import type { AnswerRoom } from './server/answer-room.js';
import type { RequestScopes } from './server/request-scopes.js';

/** What every route works with: the options, defaults filled in. */
export type ApiContext = Pick<
  ApiOptions,
  'queue' | 'store' | 'listen' | 'info' | 'ready' | 'abilities' | 'keys'
> &
  Required<
    Pick<
      ApiOptions,
      'maxima' | 'allowUnenforced' | 'connections' | 'bodyBytes' | 'bodiesBytes' | 'heartbeatMs'
    >
  > & {
    readonly registry: Registry;
    readonly scopes: RequestScopes;
    readonly answers: AnswerRoom;
  };
