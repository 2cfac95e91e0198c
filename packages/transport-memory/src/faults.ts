import { checkNumber } from "@dataqueues/core";
import type { TransportError, TransportErrorCode } from "@dataqueues/core";
import { errorAt } from "./memory-log.ts";

/** The requests of a connection, by the names of its methods. */
export type RequestName =
  | "metadata"
  | "listOffsets"
  | "fetch"
  | "produce"
  | "initProducerId"
  | "createTopics"
  | "createPartitions"
  | "deleteTopics"
  | "deleteRecords"
  | "describeConfigs"
  | "alterConfigs"
  | "describeLogDirs"
  | "listGroups"
  | "describeGroups"
  | "deleteGroups"
  | "fetchGroupOffsets"
  | "alterGroupOffsets"
  | "joinGroup"
  | "heartbeat"
  | "leaveGroup"
  | "commitOffsets"
  | "fetchOffsets";

/** What a fault applies to. What is left out matches everything. */
export interface FaultTarget {
  readonly request?: RequestName;
  /** With `fail` it is this topic's item that fails; the other faults meet every request that names the topic. */
  readonly topic?: string;
  /** As `topic`. Requests that name no partition, such as `metadata`, do not match. */
  readonly partition?: number;
  /** How often the fault happens; without it, until it is ended. */
  readonly times?: number;
}

/** A part of a request: a topic, or one of its partitions. */
export interface RequestItem {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
}

type Kind = "delay" | "fail" | "hang" | "dropResponse" | "refuse";

interface Fault {
  readonly kind: Kind;
  readonly target: FaultTarget;
  readonly ms: number;
  readonly code: TransportErrorCode;
  left: number;
}

/** Ends a fault. */
export type EndFault = () => void;

/** Faults that a test can add to a log. Each method returns a function that ends its fault. */
export class Faults {
  readonly #faults = new Set<Fault>();
  readonly #disconnect: () => void;

  constructor(disconnect: () => void) {
    this.#disconnect = disconnect;
  }

  /** Requests are carried out `ms` later. */
  delay(ms: number, target: FaultTarget = {}): EndFault {
    return this.#add("delay", target, { ms: checkNumber("ms", ms) });
  }

  /**
   * Items of requests fail with this error; `initProducerId`, which has no items, rejects with it. So do the requests of groups,
   * unless the fault names a topic or partition of the offsets that are committed or fetched.
   */
  fail(code: TransportErrorCode, target: FaultTarget = {}): EndFault {
    return this.#add("fail", target, { code });
  }

  /** Requests are not carried out and get no response. */
  hang(target: FaultTarget = {}): EndFault {
    return this.#add("hang", target, {});
  }

  /** Requests are carried out, but their response is lost. */
  dropResponse(target: FaultTarget = {}): EndFault {
    return this.#add("dropResponse", target, {});
  }

  /** New connections are refused. */
  refuse(target: Pick<FaultTarget, "times"> = {}): EndFault {
    return this.#add("refuse", target, {});
  }

  /** Closes all open connections, now. */
  disconnect(): void {
    this.#disconnect();
  }

  /** Whether a fault of this kind matches; it then counts as having happened once. */
  matches(
    kind: "hang" | "dropResponse" | "refuse",
    request?: RequestName,
    items: readonly RequestItem[] = [],
  ): boolean {
    return this.#take(kind, request, items) !== undefined;
  }

  /** How long to hold a request back, in milliseconds. */
  delayOf(request: RequestName, items: readonly RequestItem[] = []): number {
    return this.#take("delay", request, items)?.ms ?? 0;
  }

  /** The error that an item fails with, if any. */
  errorFor(request: RequestName, topic?: string, partition?: number): TransportError | undefined {
    const fault = this.#take("fail", request, [{ topic, partition }]);
    return fault && errorAt(fault.code, topic, partition);
  }

  #add(
    kind: Kind,
    target: FaultTarget,
    { ms = 0, code = "UNKNOWN_SERVER_ERROR" }: Partial<Pick<Fault, "ms" | "code">>,
  ): EndFault {
    const left = checkNumber("times", target.times ?? Infinity, { least: 1, infinity: true });
    const fault: Fault = { kind, target, ms, code, left };
    this.#faults.add(fault);
    return () => {
      this.#faults.delete(fault);
    };
  }

  #take(kind: Kind, request: RequestName | undefined, items: readonly RequestItem[]): Fault | undefined {
    for (const fault of this.#faults) {
      const { target } = fault;
      if (fault.kind !== kind || (target.request !== undefined && target.request !== request)) continue;
      const isAnyItem = target.topic === undefined && target.partition === undefined;
      if (!isAnyItem && !items.some((item) => matchesItem(target, item))) continue;
      fault.left -= 1;
      if (fault.left <= 0) this.#faults.delete(fault);
      return fault;
    }
    return undefined;
  }
}

function matchesItem({ topic, partition }: FaultTarget, item: RequestItem): boolean {
  return (topic === undefined || topic === item.topic) && (partition === undefined || partition === item.partition);
}
