import { requireFeature } from '@sandlot/testing';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { identifyWorker } from '../../src/slot/identify-worker.js';

/** Whether payloads have other host uids than a worker that the user of the tests starts. */
export const hasOtherUids: boolean = requireFeature({
  feature: 'subordinate ids for a plain user',
  remedy: 'apt-get install uidmap; usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
  isPresent: hostIdentity(0, await identifyWorker('auto')).uid !== workerIdentity().uid,
});
