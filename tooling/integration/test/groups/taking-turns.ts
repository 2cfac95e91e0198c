import type { GroupOptions } from "@dataqueues/core";
import { startGroupMember } from "@dataqueues/tooling-kafka";
import type { GroupClient } from "@dataqueues/tooling-kafka";

import { OwnMember } from "./own-member.ts";
import { once, SharedTopic } from "./shared-topic.ts";
import type { Handling } from "./shared-topic.ts";

/** A group of our consumer and another client's. */
export interface MixedGroup {
  readonly bootstrapServers: readonly string[];
  readonly client: GroupClient;
  readonly own: GroupOptions;
  /** The other client's settings; its defaults where nothing is given. */
  readonly theirs?: Readonly<Record<string, string | number>>;
}

/** What went wrong. */
export interface TurnsResult extends Handling {
  /** See {@link SharedTopic.uncommitted}. */
  readonly uncommitted: readonly (readonly string[])[];
}

/** Each record was handled by one member, and all are committed. */
export const onceAndCommitted: TurnsResult = { ...once, uncommitted: [] };

/**
 * Our consumer and another client's come and go while records arrive: ours first, so that it leads a classic group, then theirs;
 * theirs leaves, and ours goes on from its committed offsets; theirs comes again; ours leaves, and theirs goes on; ours comes again, so
 * that it follows. Each record must be handled once, and all be committed in the end.
 */
export async function takeTurns({ bootstrapServers, client, own, theirs = {} }: MixedGroup): Promise<TurnsResult> {
  await using topic = await SharedTopic.create(bootstrapServers);
  const { common } = topic;
  topic.startSending();
  await using ourFirst = new OwnMember(common, own);
  await topic.settled([ourFirst], [6]);
  await using theirFirst = await startGroupMember(client, { ...common, settings: theirs });
  await topic.settled([ourFirst, theirFirst], [3, 3]);
  await theirFirst.stop();
  await topic.settled([ourFirst], [6]);
  await using theirSecond = await startGroupMember(client, { ...common, settings: theirs });
  await topic.settled([ourFirst, theirSecond], [3, 3]);
  await ourFirst.stop();
  await topic.settled([theirSecond], [6]);
  await using ourSecond = new OwnMember(common, own);
  await topic.settled([ourSecond, theirSecond], [3, 3]);
  const handling = await topic.handledBy([ourFirst, theirFirst, theirSecond, ourSecond]);
  await theirSecond.stop();
  await ourSecond.stop();
  return { ...handling, uncommitted: await topic.uncommitted() };
}
