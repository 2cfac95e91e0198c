import { expect } from "vitest";

import { int16, int32, joined, list, text } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { Asked } from "./scripted-broker.ts";

/** What became of a topic. */
export type Became = readonly [topic: string, errorCode: number, message?: string | null];

/** The response to CreateTopics, version 2 to 4, and to CreatePartitions. */
export const became = (...outcomes: readonly Became[]): Buffer =>
  joined(int32(0), list(...outcomes.map(([topic, code, why = null]) => joined(text(topic), int16(code), text(why)))));

/** What CreateTopics asks for: name, partitions, replicas and settings of each; timeout and whether it is only a trial. */
export function creating({ body }: Asked): unknown[] {
  const topics = body.list(() => {
    const counts = [body.text(), body.int32(), body.int16()];
    expect(body.int32()).toBe(0);
    return [...counts, settings(body)];
  });
  return [topics, body.int32(), body.int8()];
}

const settings = (body: Fields): unknown => Object.fromEntries(body.list(() => [body.text(), body.text()]) ?? []);
