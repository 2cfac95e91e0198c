import { checkNumber } from "@dataqueues/core";
import type { TransportError } from "@dataqueues/core";
import { logError } from "./log-error.ts";

/** The requests of a connection, by the names of its methods. */
export type RequestName =
  | "metadata"
  | "listOffsets"
  | "fetch"
  | "produce"
  | "initProducerId"
  | "createTopics"
  | "createPartitions"
  | "deleteTopics";

/** What a fault applies to; everything that is left out, to all. */
export interface FaultTarget {
  readonly request?: RequestName;
  readonly topic?: string;
  readonly partition?: number;
  /** How often it happens; without it, until it is ended. */
  readonly times?: number;
}

type Kind = "delay" | "fail" | "silence" | "loseAnswer" | "refuse";

interface Fault {
  readonly kind: Kind;
  readonly target: FaultTarget;
  readonly ms: number;
  readonly code: string;
  left: number;
}

/** Ends a fault. */
export type EndFault = () => void;

/** Things that go wrong on request, so that tests can show what happens then. Each call gives a function that ends it. */
export class Faults {
  readonly #faults = new Set<Fault>();
  readonly #cut: () => void;

  constructor(cut: () => void) {
    this.#cut = cut;
  }

  /** Requests are answered `ms` later. */
  delay(ms: number, target: FaultTarget = {}): EndFault {
    return this.#add("delay", target, { ms: checkNumber("ms", ms) });
  }

  /** Items of requests are answered with an error of this name; whole requests that have no items reject with it. */
  fail(code: string, target: FaultTarget = {}): EndFault {
    return this.#add("fail", target, { code });
  }

  /** Requests are neither done nor answered. */
  silence(target: FaultTarget = {}): EndFault {
    return this.#add("silence", target, {});
  }

  /** Requests are done and the answer is lost. */
  loseAnswer(target: FaultTarget = {}): EndFault {
    return this.#add("loseAnswer", target, {});
  }

  /** New connections are refused. */
  refuse(target: Pick<FaultTarget, "times"> = {}): EndFault {
    return this.#add("refuse", target, {});
  }

  /** Ends all open connections. */
  cut(): void {
    this.#cut();
  }

  /** Whether a fault of this kind strikes a request now; it counts as having happened. */
  strikes(kind: "silence" | "loseAnswer" | "refuse", request?: RequestName): boolean {
    return this.#take(kind, { request }) !== undefined;
  }

  /** How long to hold back the answer. */
  delayOf(request: RequestName): number {
    return this.#take("delay", { request })?.ms ?? 0;
  }

  /** The error to answer an item with, if any. */
  errorFor(request: RequestName, topic?: string, partition?: number): TransportError | undefined {
    const fault = this.#take("fail", { request, topic, partition });
    return fault && logError(fault.code, topic, partition);
  }

  #add(kind: Kind, target: FaultTarget, { ms = 0, code = "" }): EndFault {
    const left = checkNumber("times", target.times ?? Infinity, { least: 1, infinity: true });
    const fault: Fault = { kind, target, ms, code, left };
    this.#faults.add(fault);
    return () => {
      this.#faults.delete(fault);
    };
  }

  #take(
    kind: Kind,
    item: {
      readonly request: RequestName | undefined;
      readonly topic?: string | undefined;
      readonly partition?: number | undefined;
    },
  ): Fault | undefined {
    for (const fault of this.#faults) {
      const { request, topic, partition } = fault.target;
      const fits =
        fault.kind === kind &&
        (request === undefined || request === item.request) &&
        (topic === undefined || topic === item.topic) &&
        (partition === undefined || partition === item.partition);
      if (!fits) continue;
      fault.left -= 1;
      if (fault.left <= 0) this.#faults.delete(fault);
      return fault;
    }
    return undefined;
  }
}
