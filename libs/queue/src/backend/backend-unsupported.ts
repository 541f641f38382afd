import { BackendIdentity } from './backend-identity.js';
import { unsupported } from './unsupported.js';

/** What Sandlot does not use of BullMQ: flows, job schedulers, deduplication, rate limits, logs. */
export class BackendUnsupported extends BackendIdentity {
  async addFlow(): Promise<never> {
    return refuse('flows');
  }

  async moveToWaitingChildren(): Promise<never> {
    return refuse('flows');
  }

  async removeUnprocessedChildren(): Promise<never> {
    return refuse('flows');
  }

  async removeChildDependency(): Promise<never> {
    return refuse('flows');
  }

  async getDependencyCounts(): Promise<never> {
    return refuse('flows');
  }

  async getDependencies(): Promise<never> {
    return refuse('flows');
  }

  async getProcessedChildrenValues(): Promise<never> {
    return refuse('flows');
  }

  async getIgnoredChildrenFailures(): Promise<never> {
    return refuse('flows');
  }

  async paginate(): Promise<never> {
    return refuse('flows');
  }

  async addJobScheduler(): Promise<never> {
    return refuse('job schedulers');
  }

  async updateJobSchedulerNextMillis(): Promise<never> {
    return refuse('job schedulers');
  }

  async removeJobScheduler(): Promise<never> {
    return refuse('job schedulers');
  }

  async getJobScheduler(): Promise<never> {
    return refuse('job schedulers');
  }

  async isJobScheduler(): Promise<never> {
    return refuse('job schedulers');
  }

  async getJobSchedulerData(): Promise<never> {
    return refuse('job schedulers');
  }

  async getJobSchedulersRange(): Promise<never> {
    return refuse('job schedulers');
  }

  async getJobSchedulersCount(): Promise<never> {
    return refuse('job schedulers');
  }

  async removeDeduplicationKey(): Promise<never> {
    return refuse('deduplication keys');
  }

  async deleteDeduplicationKey(): Promise<never> {
    return refuse('deduplication keys');
  }

  async getDeduplicationJobId(): Promise<never> {
    return refuse('deduplication keys');
  }

  async setRateLimit(): Promise<never> {
    return refuse('rate limits');
  }

  async addLog(): Promise<never> {
    return refuse('job logs');
  }

  async clearLogs(): Promise<never> {
    return refuse('job logs');
  }

  async getJobLogs(): Promise<never> {
    return refuse('job logs');
  }

  /** There is never a rate limit. */
  async getRateLimitTtl(): Promise<number> {
    return Promise.resolve(0);
  }

  async removeRateLimitKey(): Promise<number> {
    return Promise.resolve(0);
  }

  /** No older version wrote such a key. */
  async removeDeprecatedPriorityKey(): Promise<number> {
    return Promise.resolve(0);
  }

  /** A job and its place are one thing here, so neither can be without the other. */
  async removeOrphanedJobs(): Promise<number> {
    return Promise.resolve(0);
  }
}

async function refuse(feature: string): Promise<never> {
  return Promise.reject(unsupported(feature));
}
