import { UnsupportedError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { Broker } from "../src/broker.ts";
import { defaultCounts } from "../src/default-counts.ts";
import { kafkaError } from "../src/kafka-errors.ts";

class Refusing extends Broker {
  readonly #error: Error;

  constructor(error: Error) {
    super({ host: "host", port: 1 }, {});
    this.#error = error;
  }

  override request(): Promise<never> {
    return Promise.reject(this.#error);
  }
}

test("why a node does not tell its defaults is what it is asked for; what is wrong here rejects", async () => {
  const lost = kafkaError("NETWORK_EXCEPTION", "Settings");
  expect(await defaultCounts(new Refusing(lost), 1, 100)).toBe(lost);
  const unsupported = new UnsupportedError("not here");
  await expect(defaultCounts(new Refusing(unsupported), 1, 100)).rejects.toBe(unsupported);
});
