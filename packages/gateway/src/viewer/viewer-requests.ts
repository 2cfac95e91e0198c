import { answerTo, encodeFrameStart, frameTypes } from "@dataqueues/transport-websocket";
import type { Frame } from "@dataqueues/transport-websocket";

import type { ViewerRole } from "../access/authorize.ts";
import { Administration } from "./administration.ts";
import { Reading } from "./reading.ts";
import { errorBody } from "./request-context.ts";
import type { RequestContext, ViewerRequest } from "./request-context.ts";
import { ViewerOffence } from "./viewer-offence.ts";
import { Writing } from "./writing.ts";

/** Who is told of the requests of a viewer. */
export interface RequestsListener {
  readonly asked: (request: string) => void;
  /** A request failed as a whole, or ends the connection if it is a {@link ViewerOffence}. */
  readonly failed: (request: string, cause: unknown) => void;
}

interface Handler {
  readonly name: string;
  readonly handle: (request: ViewerRequest) => Promise<void>;
}

/** Answers the frames of a viewer that was let in, several at a time. */
export class ViewerRequests {
  readonly #context: RequestContext;
  readonly #listener: RequestsListener;
  readonly #writing: Writing;
  readonly #handlers: ReadonlyMap<number, Handler>;
  readonly #pending: Map<number, AbortController> = new Map();

  constructor(context: RequestContext, listener: RequestsListener) {
    this.#context = context;
    this.#listener = listener;
    this.#writing = new Writing(context);
    this.#handlers = handlersOf(context, this.#writing);
  }

  /** @throws A {@link ViewerOffence} for a frame that may not come, or not now. */
  receive(frame: Frame): void {
    const { type, id } = frame;
    if (type === frameTypes.heartbeat) return;
    if (type === frameTypes.cancel) return this.#pending.get(id)?.abort();
    if (type === frameTypes.produceMore && this.#context.role === "write") {
      return this.#writing.produceMore(id, frame.records);
    }
    const handler = this.#handlers.get(type);
    if (handler === undefined) {
      throw new ViewerOffence("badFrame", `a frame of type ${type} from the role ${this.#context.role}`);
    }
    if (typeof frame.body !== "object" || frame.body === null || Array.isArray(frame.body)) {
      throw new ViewerOffence("badFrame", `${handler.name} without an object`);
    }
    if (this.#pending.has(id)) throw new ViewerOffence("badFrame", "two requests with the same id");
    if (this.#pending.size >= this.#context.limits.outstandingRequests) {
      throw new ViewerOffence("tooMany", `more than ${this.#pending.size} requests at a time`);
    }
    void this.#carryOut(handler, frame);
  }

  /** Ends what waits, and forgets what was begun. */
  close(): void {
    this.#writing.close();
    for (const pending of this.#pending.values()) pending.abort();
  }

  async #carryOut({ name, handle }: Handler, { type, id, body, records }: Frame): Promise<void> {
    const { sender, bytes } = this.#context;
    const pending = new AbortController();
    this.#pending.set(id, pending);
    this.#listener.asked(name);
    const send = (answer: Uint8Array, more: readonly Uint8Array[] = []): Promise<void> => {
      bytes.take(more.reduce((sum, { length }) => sum + length, answer.length));
      return sender.send(answer, ...more);
    };
    try {
      await handle({
        id,
        body,
        records,
        signal: pending.signal,
        answer: (answer, more) => send(encodeFrameStart(answerTo(type), id, answer), more),
      });
    } catch (error) {
      this.#listener.failed(name, error);
      await send(encodeFrameStart(frameTypes.error, id, errorBody(error)));
    } finally {
      // Until its answer has left a request is outstanding, so a viewer that does not read cannot ask for more and more.
      this.#pending.delete(id);
    }
  }
}

/** The requests of each role. */
const requestsOf = {
  read: ["metadata", "listOffsets", "fetch"],
  write: ["metadata", "produce", "initProducerId"],
  admin: ["metadata", "listOffsets", "admin"],
} as const;

type RequestName = (typeof requestsOf)[ViewerRole][number];

function handlersOf(context: RequestContext, writing: Writing): ReadonlyMap<number, Handler> {
  const reading = new Reading(context);
  const administration = new Administration(context);
  const handlers: Readonly<Record<RequestName, Handler["handle"]>> = {
    metadata: (request) => reading.metadata(request),
    listOffsets: (request) => reading.listOffsets(request),
    fetch: (request) => reading.fetch(request),
    produce: (request) => writing.produce(request),
    initProducerId: (request) => writing.initProducerId(request),
    admin: (request) => administration.admin(request),
  };
  return new Map(requestsOf[context.role].map((name) => [frameTypes[name], { name, handle: handlers[name] }]));
}
