import type { ServerResponse } from 'node:http';
import { Refusal } from '../problem/refusal.js';

/** How long an answer may wait for room. Unit: ms. */
const PATIENCE_MS = 10_000;

/** Whose answer takes how much. */
export interface Answer {
  readonly bytes: number;
  /** A tenant has half of the room. @default nobody in particular, who may have it all */
  readonly tenant: string | undefined;
}

interface Waiter {
  readonly answer: Answer;
  readonly admit: () => void;
}

/**
 * The memory for answers that carry the output of jobs: each is whole in memory from when it is made until its client has
 * taken it. One that finds no room waits for it; one that is larger than all the room has it alone.
 */
export class AnswerRoom {
  readonly #bytes: number;
  readonly #taken = new Set<Answer>();
  readonly #waiting: Waiter[] = [];

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * Takes room until the response is done or its client gone.
   *
   * @throws {Refusal} `overloaded` if there is none for too long.
   */
  async take(response: ServerResponse, answer: Answer): Promise<void> {
    if (this.#hasRoom(answer)) this.#occupy(response, answer);
    else await this.#wait(response, answer);
  }

  #occupy(response: ServerResponse, answer: Answer): void {
    this.#taken.add(answer);
    response.once('close', () => {
      this.#taken.delete(answer);
      this.#admitMore();
    });
  }

  #hasRoom(answer: Answer): boolean {
    const { tenant } = answer;
    const room = tenant === undefined ? this.#bytes : this.#bytes / 2;
    return fits(answer, [...this.#taken], this.#bytes) && fits(answer, this.#takenBy(tenant), room);
  }

  #takenBy(tenant: string | undefined): readonly Answer[] {
    return [...this.#taken].filter((taken) => tenant === undefined || taken.tenant === tenant);
  }

  async #wait(response: ServerResponse, answer: Answer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const settle = (then: () => void) => {
        clearTimeout(timer);
        response.off('close', leave);
        const place = this.#waiting.indexOf(waiter);
        if (place >= 0) this.#waiting.splice(place, 1);
        then();
      };
      const leave = () => settle(resolve);
      const admit = () => {
        this.#occupy(response, answer);
        settle(resolve);
      };
      const waiter = { answer, admit };
      const timer = setTimeout(() => settle(() => reject(overloaded())), PATIENCE_MS);
      response.once('close', leave);
      this.#waiting.push(waiter);
    });
  }

  /** In order of arrival, as far as there is room for them. */
  #admitMore(): void {
    for (;;) {
      const next = this.#waiting.find(({ answer }) => this.#hasRoom(answer));
      if (next === undefined) return;
      next.admit();
    }
  }
}

function fits({ bytes }: Answer, taken: readonly Answer[], room: number): boolean {
  return taken.length === 0 || bytes + taken.reduce((sum, answer) => sum + answer.bytes, 0) <= room;
}

function overloaded(): Refusal {
  return new Refusal('overloaded', 'Answers that others have not taken yet fill the memory meant for them.', {
    headers: { 'retry-after': '2' },
  });
}
