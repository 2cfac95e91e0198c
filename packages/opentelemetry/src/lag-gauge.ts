import type { PartitionPosition } from "@dataqueues/core";
import type { Attributes, Meter, ObservableCallback, ObservableGauge } from "@opentelemetry/api";

/** Reports, whenever metrics are collected, how far a consumer is behind in each partition. Makes no request. */
export class LagGauge {
  readonly #gauge: ObservableGauge;
  readonly #observe: ObservableCallback;
  #isOn = false;

  constructor(meter: Meter, positions: () => readonly PartitionPosition[], known: Attributes) {
    this.#gauge = meter.createObservableGauge("dataqueues.consumer.lag", {
      description: "Number of offsets between a consumer's position and the end of the partition.",
      unit: "{record}",
    });
    this.#observe = (result) => {
      for (const { topic, partition, lag } of positions()) {
        if (lag === undefined) continue;
        const attributes: Attributes = { "messaging.system": "kafka", ...known };
        attributes["messaging.destination.name"] = topic;
        attributes["messaging.destination.partition.id"] = String(partition);
        result.observe(Number(lag), attributes);
      }
    };
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#gauge.addCallback(this.#observe);
  }

  stop(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#gauge.removeCallback(this.#observe);
  }
}
