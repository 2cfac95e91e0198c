import type { FaultyProxy } from "./faulty-proxy.ts";
import type { Direction, ProxiedConnection } from "./proxied-connection.ts";

/** How long damage waits for something that it can strike. */
const patienceMs = 5_000;
const refusedMs = 200;
const delayMs = 400;
/** How far a connection goes on a byte at a time. */
const slowBytes = 1_500;

/** Damage of one kind, to one connection through a proxy; tells whether it happened. */
export type Damage = (proxy: FaultyProxy, random: () => number) => Promise<boolean>;

/** Ends a connection at any byte of what comes next in a direction. */
function endAtAnyByte(direction: Direction, end: (connection: ProxiedConnection) => void): Damage {
  return (proxy, random) =>
    proxy.damageNext(
      direction,
      (connection, from, to) => {
        const at = from + Math.floor(random() * (to - from));
        connection[direction].strikeAt(at, () => end(connection));
      },
      patienceMs,
    );
}

function slowly(direction: Direction): Damage {
  return (proxy) =>
    proxy.damageNext(
      direction,
      (connection, from) => {
        connection.change({ pieceBytes: 1 }, [direction]);
        connection[direction].strikeAt(from + slowBytes, () =>
          connection.change({ pieceBytes: Infinity }, [direction]),
        );
      },
      patienceMs,
    );
}

function delayed(direction: Direction): Damage {
  return (proxy) =>
    proxy.damageNext(
      direction,
      (connection, _, to) => {
        connection.change({ latencyMs: delayMs }, [direction]);
        connection[direction].strikeAt(to, () => connection.change({ latencyMs: 0 }, [direction]));
      },
      patienceMs,
    );
}

/** Every kind of damage that a connection can take and its client notices at once, by its name in the report. */
export const damages: Readonly<Record<string, Damage>> = {
  "requests reset at any byte": endAtAnyByte("requests", (connection) => connection.reset()),
  "requests cut at any byte": endAtAnyByte("requests", (connection) => connection.cut()),
  "answers reset at any byte": endAtAnyByte("answers", (connection) => connection.reset()),
  "answers cut at any byte": endAtAnyByte("answers", (connection) => connection.cut()),
  "acknowledgements dropped after the append": (proxy) =>
    proxy.damageNext(
      "produce answer",
      (connection, at) => connection.answers.strikeAt(at, () => connection.reset()),
      patienceMs,
    ),
  "acknowledgements cut within": (proxy, random) =>
    proxy.damageNext(
      "produce answer",
      (connection, from, to) => {
        const at = from + 1 + Math.floor(random() * (to - from - 1));
        connection.answers.strikeAt(at, () => connection.cut());
      },
      patienceMs,
    ),
  "requests one byte at a time": slowly("requests"),
  "answers one byte at a time": slowly("answers"),
  "requests delayed": delayed("requests"),
  "answers delayed": delayed("answers"),
  "connections refused": async (proxy) => {
    await proxy.refuse(refusedMs);
    return true;
  },
};
