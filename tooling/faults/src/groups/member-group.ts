import { join } from "node:path";

import { waitUntil } from "../wait-until.ts";
import type { GroupHistory } from "./group-checker.ts";
import { Member } from "./member.ts";
import type { MemberTask } from "./member.ts";
import type { Protocol } from "./protocols.ts";

/** How long a group may take to share its partitions anew. Deaths, whose session has to run out, are within this. */
const settleMs = 40_000;

/** A group under test, and all members that it ever had. */
export class MemberGroup implements AsyncDisposable {
  readonly name: string;
  readonly protocol: Protocol;
  readonly #task: Omit<MemberTask, "file">;
  readonly #directory: string;
  readonly #partitions: number;
  readonly #members: Member[] = [];

  constructor(
    name: string,
    protocol: Protocol,
    { task, directory, partitions }: { task: Omit<MemberTask, "file">; directory: string; partitions: number },
  ) {
    this.name = name;
    this.protocol = protocol;
    this.#task = task;
    this.#directory = directory;
    this.#partitions = partitions;
  }

  /** The members whose processes exist. */
  get running(): readonly Member[] {
    return this.#members.filter((member) => member.running);
  }

  /** All members, with those that ended. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /** Starts one more member; what is given goes before what all have. */
  add(task: Partial<MemberTask> = {}): Member {
    const name = `${this.name}-${this.#members.length + 1}`;
    const { name: _, ...protocol } = this.protocol;
    const file = join(this.#directory, `${name}.jsonl`);
    const member = Member.start(name, { ...this.#task, ...protocol, group: this.name, file, ...task });
    this.#members.push(member);
    return member;
  }

  /** Resolves when these members, by default all that exist, own all partitions, each one of them, and no member none. */
  async settled(members: () => readonly Member[] = () => this.running): Promise<void> {
    const isSettled = (): boolean => {
      this.assertHealthy();
      const owned = members().map((member) => member.owned);
      const all = owned.flatMap((partitions) => [...partitions]);
      return (
        all.length === this.#partitions &&
        new Set(all).size === this.#partitions &&
        (owned.length > this.#partitions || owned.every(({ size }) => size > 0))
      );
    };
    await waitUntil(isSettled, settleMs, `${this.name} sharing its partitions among ${members().length} members`).catch(
      (cause: unknown) => {
        const owned = members().map((member) => `${member.name}: ${[...member.owned].join(" ")}`);
        throw new Error(`${String(cause)}; they own ${owned.join(", ")}`, { cause });
      },
    );
  }

  /** Resolves when `count` more messages were handled. */
  async progress(count: number): Promise<void> {
    const wanted = this.handled + count;
    const progressed = (): boolean => {
      this.assertHealthy();
      return this.handled >= wanted;
    };
    await waitUntil(progressed, 60_000, `progress of ${this.name}`);
  }

  /** How many messages were handled, those that were handled again too. */
  get handled(): number {
    return this.#members.reduce((sum, { handled }) => sum + handled.length, 0);
  }

  /** How many messages were handled, each counted once. */
  distinct(): number {
    const places = this.#members.flatMap(({ handled }) =>
      handled.map(({ partition, offset }) => `${partition} ${offset}`),
    );
    return new Set(places).size;
  }

  /** How often each event came, in all members. */
  get counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const member of this.#members)
      for (const [what, count] of member.counts) counts.set(what, (counts.get(what) ?? 0) + count);
    return counts;
  }

  /** Throws when a member has ended that should not have. */
  assertHealthy(): void {
    const failures = this.failures;
    if (failures.length > 0) throw new Error(failures.join("; "));
  }

  /** The members that failed, in words. */
  get failures(): readonly string[] {
    return this.#members.flatMap((member) => member.failures);
  }

  history(): GroupHistory {
    return { group: this.name, members: this.#members.map((member) => member.history()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member[Symbol.asyncDispose]()));
  }
}
