import type { GroupAnswer, GroupMember, GroupProtocol } from "../../contract/groups.ts";
import { hasCode, isOtherProtocol } from "./group-errors.ts";
import type { GroupSettings } from "./group-settings.ts";

/** Who a member is to its group: the protocol that both speak, its id, and the epoch of its assignment. */
export class MemberState {
  readonly #settings: GroupSettings;
  #protocol: GroupProtocol;
  #memberId: string;
  #epoch = 0;
  #incarnation = 0;
  /** When the group last knew that it lives (`performance.now()`). */
  #aliveAt = -Infinity;
  readonly #longestIntervalMs: number;
  #heartbeatIntervalMs: number;

  constructor(settings: GroupSettings) {
    const { groupProtocol, heartbeatIntervalMs, sessionTimeoutMs } = settings;
    this.#settings = settings;
    // One that is lost must not end the session.
    this.#longestIntervalMs = Math.min(heartbeatIntervalMs, Math.ceil(sessionTimeoutMs / 3));
    this.#heartbeatIntervalMs = this.#longestIntervalMs;
    this.#protocol = groupProtocol === "classic" ? "classic" : "consumer";
    // In a classic group the log chooses it.
    this.#memberId = this.#protocol === "consumer" ? crypto.randomUUID() : "";
  }

  get protocol(): GroupProtocol {
    return this.#protocol;
  }

  /** 0 while it is no member. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Counts how often it was put out, or left. What was asked before then is void. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** How often to give a sign of life: as the caller wants it, or oftener where the log does. */
  get heartbeatIntervalMs(): number {
    return this.#heartbeatIntervalMs;
  }

  /** Whether it owns nothing while the group shares partitions anew: with "range" others may get its partitions at once. */
  get isEager(): boolean {
    return this.#protocol === "classic" && this.#settings.assignor === "range";
  }

  /** What it says of itself in requests. */
  toRequest(topics: GroupMember["topics"], owned: GroupMember["owned"]): GroupMember {
    const { group, groupInstanceId: instanceId, assignor, sessionTimeoutMs, rebalanceTimeoutMs } = this.#settings;
    const identity = { group, protocol: this.#protocol, memberId: this.#memberId, epoch: this.#epoch, instanceId };
    return { ...identity, topics, owned, assignor, sessionTimeoutMs, rebalanceTimeoutMs };
  }

  /** Whether the group has known within the session that it lives, so that its partitions are nobody else's yet. */
  get isAlive(): boolean {
    return this.#epoch > 0 && performance.now() - this.#aliveAt < this.#settings.sessionTimeoutMs;
  }

  /** The group knew then that it lives. */
  aliveAt(time: number): void {
    this.#aliveAt = Math.max(this.#aliveAt, time);
  }

  /** The group answered: it knew at `aliveAt` that this member lives. */
  answered({ memberId, epoch, heartbeatIntervalMs = 0 }: GroupAnswer, aliveAt: number): void {
    this.#memberId = memberId;
    this.#epoch = epoch;
    this.aliveAt(aliveAt);
    // With an error some brokers say 0.
    if (heartbeatIntervalMs > 0) {
      this.#heartbeatIntervalMs = Math.min(this.#longestIntervalMs, heartbeatIntervalMs);
    }
  }

  /** It is no member any more. */
  end(reason?: unknown): void {
    this.#incarnation += 1;
    this.#epoch = 0;
    // A classic group refuses again an id that it has forgotten.
    if (this.#protocol === "classic" && hasCode(reason, "UNKNOWN_MEMBER_ID")) this.#memberId = "";
  }

  /** Takes the other protocol, if the first join was refused for that; answers whether it did. */
  takesOtherProtocol(error: unknown): boolean {
    const { groupProtocol } = this.#settings;
    if (this.#epoch > 0 || groupProtocol !== "auto" || this.#protocol === "classic") return false;
    if (!isOtherProtocol(error)) return false;
    this.#protocol = "classic";
    this.#memberId = "";
    return true;
  }
}
