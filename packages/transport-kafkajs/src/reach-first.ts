import { kafkaError, TransportError } from "@dataqueues/core";
import type { Broker } from "./broker.ts";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";

/** The longest that one address is tried alone; then the next is tried beside it. */
const headStartMs = 500;

/** How the addresses are tried. */
export interface ReachOptions {
  /** The time that all addresses have together. */
  readonly timeoutMs: number;
  readonly reach: (address: BrokerAddress, timeoutMs: number) => Promise<Broker>;
  /** Whether the search was ended meanwhile. */
  readonly isClosed: () => boolean;
}

/**
 * Tries addresses one after the other, the next as soon as one has failed or has taken long; resolves with the first broker
 * that is reached. A login that is refused is not tried elsewhere.
 */
export function reachFirst(
  addresses: readonly BrokerAddress[],
  { timeoutMs, reach, isClosed }: ReachOptions,
): Promise<Broker> {
  const candidates = [...new Map(addresses.map((address) => [addressText(address), address])).values()];
  const deadline = performance.now() + timeoutMs;
  const headStart = Math.min(headStartMs, timeoutMs / (candidates.length + 1));
  const untried = candidates.values();
  const failures: Error[] = [];
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let settled = false;
    const settle = (outcome: () => void): void => {
      settled = true;
      clearTimeout(timer);
      outcome();
    };
    const tryNext = (): void => {
      clearTimeout(timer);
      const { value: address } = untried.next();
      if (address === undefined) return;
      timer = setTimeout(tryNext, headStart);
      reach(address, Math.max(1, deadline - performance.now())).then(
        (broker) => settle(() => resolve(broker)),
        (error: unknown) => {
          if (settled) return;
          const tryOthers = !isClosed() && error instanceof TransportError && error.retriable;
          if (!tryOthers) return settle(() => reject(error));
          failures.push(error);
          if (failures.length === candidates.length) return settle(() => reject(unreachable(candidates, failures)));
          tryNext();
        },
      );
    };
    tryNext();
  });
}

function unreachable(addresses: readonly BrokerAddress[], failures: readonly Error[]): Error {
  const [only] = failures;
  if (failures.length === 1 && only !== undefined) return only;
  const hosts = addresses.map(addressText).join(", ");
  return kafkaError("NETWORK_EXCEPTION", `None of Kafka's hosts ${hosts} can be reached`, {
    why: failures.map((failure) => failure.message).join("; "),
    cause: new AggregateError(failures),
  });
}
