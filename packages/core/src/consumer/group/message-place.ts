import { isOffset } from "../../shared/check-number.ts";
import { invalidArgument } from "../../shared/invalid-argument.ts";

/** Where a message stands in the log. */
export interface MessagePlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The place of a caller's message; throws a `DataQueueError` `INVALID_ARGUMENT` for what is none. */
export function placeOf(message: unknown): MessagePlace {
  const { topic, partition, offset }: Partial<Record<keyof MessagePlace, unknown>> = Object(message);
  if (typeof topic === "string" && typeof partition === "number" && typeof offset === "bigint" && isOffset(offset)) {
    return { topic, partition, offset };
  }
  throw invalidArgument("message", "a message of this consumer", message);
}
