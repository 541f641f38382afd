import { quote, type FieldError, type ProblemCode } from '@sandlot/contract';

/** A request that is answered with a problem document. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what happened this time; goes to the client. */
  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** The job does not exist, whatever the reason. */
export function jobNotFound(id: string): Refusal {
  return new Refusal('job-not-found', `There is no job ${quote(id)}.`);
}

/** The job has kept no file of this path, whatever the reason. */
export function artifactNotFound(id: string, path: string): Refusal {
  return new Refusal('artifact-not-found', `Job ${id} has no artifact ${quote(path)}.`);
}
