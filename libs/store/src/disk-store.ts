import { constants } from 'node:fs';
import { access, mkdir, open, opendir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isJobId } from '@sandlot/contract';
import type { JobStore } from '@sandlot/engine';
import { syncDirectory, writeDurably } from './durable-file.js';
import { storeError } from './store-error.js';

export interface DiskStoreOptions {
  /** Made if it is missing (mode 0700). One folder per job appears in it. */
  readonly directory: string;
}

/** No slash, no leading dot: neither a path nor one of our temporary names. */
const BLOB_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Keeps each job's bytes as files: `<directory>/<job id>/<name>`, folders 0700, files 0600.
 *
 * @throws {InfrastructureError} `store-unavailable` if the directory cannot be made or written.
 */
export async function createDiskStore({ directory }: DiskStoreOptions): Promise<JobStore> {
  const root = resolve(directory);
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw storeError(`Cannot use the store directory ${root}`, root, error);
  }
  return new DiskStore(root);
}

class DiskStore implements JobStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async put(jobId: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = this.#folderOf(jobId);
    checkName(name);
    try {
      const made = await mkdir(folder, { recursive: true, mode: 0o700 });
      if (made !== undefined) await syncDirectory(this.#root);
      await writeDurably(folder, name, bytes);
    } catch (error) {
      throw storeError(`Cannot keep ${name} of job ${jobId}`, join(folder, name), error);
    }
  }

  async get(jobId: string, name: string): Promise<Uint8Array> {
    const path = join(this.#folderOf(jobId), checkName(name));
    try {
      return await readFile(path);
    } catch (error) {
      throw storeError(`Cannot read ${name} of job ${jobId}`, path, error);
    }
  }

  async open(jobId: string, name: string): Promise<AsyncIterable<Uint8Array>> {
    const path = join(this.#folderOf(jobId), checkName(name));
    try {
      return (await open(path)).createReadStream();
    } catch (error) {
      throw storeError(`Cannot read ${name} of job ${jobId}`, path, error);
    }
  }

  async remove(jobId: string): Promise<void> {
    const folder = this.#folderOf(jobId);
    try {
      await rm(folder, { recursive: true, force: true });
      await syncDirectory(this.#root);
    } catch (error) {
      throw storeError(`Cannot remove the files of job ${jobId}`, folder, error);
    }
  }

  async *jobIds(): AsyncIterable<string> {
    try {
      for await (const entry of await opendir(this.#root)) {
        if (entry.isDirectory() && isJobId(entry.name)) yield entry.name;
      }
    } catch (error) {
      throw storeError('Cannot list the jobs of the store', this.#root, error);
    }
  }

  #folderOf(jobId: string): string {
    if (!isJobId(jobId)) throw new RangeError(`Expected a job id (UUID), got ${JSON.stringify(jobId)}`);
    return join(this.#root, jobId);
  }
}

function checkName(name: string): string {
  if (BLOB_NAME.test(name)) return name;
  throw new RangeError(`Expected a name of 1–64 a–z 0–9 . _ -, got ${JSON.stringify(name)}`);
}
