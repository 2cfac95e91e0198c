/**
 * Run by a test in a process of its own: reads and writes, idles, closes, and prints the timers that were there while it
 * idled (their milliseconds) and how many of them fired.
 */
import { setTimeout as wait } from "node:timers/promises";
import { createHook } from "node:async_hooks";
import { kafkajs } from "@dataqueues/transport-kafkajs";

import { append, newTopic, readTo, record } from "./log.ts";

const timers: number[] = [];
let fired = 0;
let idle = false;
const ids = new Set<number>();
createHook({
  init: (id, type, _trigger, resource) => {
    if (type !== "Timeout" || !idle) return;
    ids.add(id);
    timers.push(Reflect.get(resource, "_idleTimeout"));
  },
  before: (id) => {
    if (ids.has(id)) fired++;
  },
}).enable();

const connection = await kafkajs(process.argv.slice(2)).open("write");
const topic = await newTopic(connection);
await append(connection, topic, [record("a")]);
await readTo(connection, topic, 1n);
const idling = wait(1_000);
idle = true;
await idling;
idle = false;
connection.close();
process.stdout.write(JSON.stringify({ timers, fired }));
