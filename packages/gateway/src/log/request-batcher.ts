/** How a batcher asks. */
export interface RequestBatcherOptions<Query, Answer> {
  /** The same question is asked this long after the last time at the earliest. */
  readonly intervalMs: number;
  /** Queries with the same key are the same question. */
  readonly keyOf: (query: Query) => string;
  /** Asks several questions; an answer for each, in the same order. */
  readonly ask: (queries: readonly Query[]) => readonly Promise<Answer>[];
}

/** A question that was asked: it is asked again after its answer, and after the interval. */
interface Question<Answer> {
  readonly isFree: Promise<unknown>;
  /** What it is answered the next time, for all who want to know since then. */
  next: Promise<Answer> | undefined;
}

interface Starting<Query, Answer> {
  readonly query: Query;
  readonly answer: (answer: Promise<Answer>) => void;
}

/**
 * Asks the log the same question once for all viewers. A question that was asked a moment ago waits, and is then asked together
 * with others. So the log has few requests, and yet each answer is as new as the request that it is for.
 */
export class RequestBatcher<Query, Answer> {
  readonly #options: RequestBatcherOptions<Query, Answer>;
  readonly #questions = new Map<string, Question<Answer>>();
  #starting: Starting<Query, Answer>[] = [];

  constructor(options: RequestBatcherOptions<Query, Answer>) {
    this.#options = options;
  }

  /** One answer for each query, in the same order. */
  ask(queries: readonly Query[]): Promise<Answer[]> {
    return Promise.all(queries.map((query) => this.#askOne(query)));
  }

  #askOne(query: Query): Promise<Answer> {
    const key = this.#options.keyOf(query);
    const asked = this.#questions.get(key);
    if (asked === undefined) return this.#start(key, query);
    asked.next ??= asked.isFree.then(() => this.#start(key, query));
    return asked.next;
  }

  #start(key: string, query: Query): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      this.#starting.push({ query, answer: resolve });
      // What begins at the same time is one request.
      if (this.#starting.length === 1) setTimeout(() => this.#flush(), 0);
    });
    const interval = new Promise((resolve) => setTimeout(resolve, this.#options.intervalMs));
    const question: Question<Answer> = { isFree: Promise.allSettled([answer, interval]), next: undefined };
    this.#questions.set(key, question);
    void question.isFree.then(() => {
      if (question.next === undefined) this.#questions.delete(key);
    });
    return answer;
  }

  #flush(): void {
    const starting = this.#starting;
    this.#starting = [];
    const answers = this.#options.ask(starting.map(({ query }) => query));
    for (const [index, { answer }] of starting.entries()) {
      answer(answers[index] ?? Promise.reject(new RangeError(`no answer to query ${index} of ${starting.length}`)));
    }
  }
}
