import type { GroupAssignor, GroupProtocol } from "../../contract/groups.ts";

/** How a consumer takes part in a group; without `group` it reads everything on its own. Times are milliseconds. */
export interface GroupOptions {
  /**
   * The name of a group. Consumers with the same name, in any number of processes and in other languages too, share the topics'
   * partitions and keep their place in the log, so that the next process goes on where the last one stopped.
   */
  readonly group?: string | undefined;
  /**
   * How the group works: `"consumer"` is the protocol of Kafka 4.0 and later (KIP-848), `"classic"` that of all others. `"auto"`,
   * the default, takes the first that the log has and the group allows.
   */
  readonly groupProtocol?: "auto" | GroupProtocol | undefined;
  /**
   * A name of this process among the group's. A process that ends and comes back under the same name within the session timeout
   * gets the same partitions again, and no other member notices.
   */
  readonly groupInstanceId?: string | undefined;
  /**
   * How a classic group shares partitions: `"cooperative-sticky"` by default. `"range"` is for groups whose other members do not
   * know that, such as librdkafka's and aiokafka's with their defaults.
   */
  readonly assignor?: GroupAssignor | undefined;
  /**
   * How long the group waits for a sign of life before it gives the partitions to others: 45,000 by default. In a consumer group
   * the log decides; give its value here if it is shorter, so that a process that was frozen delivers nothing until it was told.
   */
  readonly sessionTimeoutMs?: number | undefined;
  /** How often to give a sign of life, at most: 1,000 by default. What the group changes is learned in this time. */
  readonly heartbeatIntervalMs?: number | undefined;
  /** How long the group waits for a member that shall give up partitions: 60,000 by default. */
  readonly rebalanceTimeoutMs?: number | undefined;
  /** Whether the place of what is processed is committed by itself: true by default. Otherwise `commit()` does it. */
  readonly autoCommit?: boolean | undefined;
  /** How often: 1,000 by default; also when partitions go to others and on `close()`. */
  readonly autoCommitIntervalMs?: number | undefined;
  /**
   * How long a loop may work on one message, or not ask for any: 300,000 by default. After that the consumer leaves the group, so
   * that others get its partitions, and reports `processingTimedOut`. It joins again when the loop goes on.
   */
  readonly maxProcessingMs?: number | undefined;
}
