/** What one member shall own, while partitions are shared. */
export interface Share {
  readonly memberId: string;
  /** How many partitions. */
  load: number;
  readonly partitions: Map<string, Set<number>>;
}

export function give(share: Share, topic: string, partition: number): void {
  const own = share.partitions.get(topic);
  if (own === undefined) share.partitions.set(topic, new Set([partition]));
  else own.add(partition);
  share.load += 1;
}

/**
 * Moves partitions until no member has two more than another that could have one of them, also by way of others: with members
 * of different topics, one gives a partition to a second, which gives another one to a third.
 *
 * @param subscribers - who can have partitions of a topic
 */
export function evenOut(shares: readonly Share[], subscribers: ReadonlyMap<string, readonly Share[]>): void {
  // Always from a member that has most: taken from another one, more than necessary would move.
  const nextPath = (): Step[] | undefined => {
    for (const from of [...shares].sort((one, other) => other.load - one.load)) {
      const path = pathFrom(from, subscribers);
      if (path !== undefined) return path;
    }
    return undefined;
  };
  for (let path = nextPath(); path !== undefined; path = nextPath()) {
    for (const step of path) move(step);
  }
}

/** A partition of a topic goes from one member to another. */
interface Step {
  readonly from: Share;
  readonly to: Share;
  readonly topic: string;
}

/** The shortest way from a member to the one that has least of those with two or more less; the last step first. */
function pathFrom(start: Share, subscribers: ReadonlyMap<string, readonly Share[]>): Step[] | undefined {
  const steps = new Map<Share, Step>();
  const seen = new Set<string>();
  const reached = [start];
  let end: Share | undefined;
  for (const from of reached) {
    for (const topic of from.partitions.keys()) {
      if (seen.has(topic)) continue;
      seen.add(topic);
      for (const to of subscribers.get(topic) ?? []) {
        if (to === start || steps.has(to)) continue;
        steps.set(to, { from, to, topic });
        reached.push(to);
        if (to.load < (end?.load ?? start.load - 1)) end = to;
      }
    }
  }
  if (end === undefined) return undefined;
  const path: Step[] = [];
  for (let step = steps.get(end); step !== undefined; step = steps.get(step.from)) path.push(step);
  return path;
}

/** What a member was given last goes first: what it owned before was given to it first. */
function move({ from, to, topic }: Step): void {
  const own = from.partitions.get(topic);
  const partition = [...(own ?? [])].at(-1);
  if (own === undefined || partition === undefined) return;
  from.load -= 1;
  own.delete(partition);
  if (own.size === 0) from.partitions.delete(topic);
  give(to, topic, partition);
}
