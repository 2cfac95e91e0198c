import { kafkaError, UnsupportedError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { Broker } from "../src/broker.ts";
import { topicDefaults } from "../src/topic-defaults.ts";

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

test("a TransportError is returned as the reason why the defaults are not known; any other error rejects", async () => {
  const lost = kafkaError("NETWORK_EXCEPTION", "Settings");
  expect(await topicDefaults(new Refusing(lost), 1, 100)).toBe(lost);
  const unsupported = new UnsupportedError("not here");
  await expect(topicDefaults(new Refusing(unsupported), 1, 100)).rejects.toBe(unsupported);
});
