import type { CheckedLimits } from "../gateway-limits.ts";
import { addressGroup } from "../http/client-address.ts";

/** A viewer as it is counted; its user is known once it is let in. */
export interface CountedViewer {
  readonly address: string;
  readonly user: string | undefined;
}

/** The viewers of a gateway, also those that are not let in yet. */
export class Viewers<V extends CountedViewer> {
  readonly #limits: CheckedLimits;
  readonly #viewers: Set<V> = new Set();
  readonly #addresses: Tally = new Tally();
  readonly #users: Tally = new Tally();
  #onGone: () => void = () => undefined;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
  }

  get all(): readonly V[] {
    return [...this.#viewers];
  }

  /** Why there is no room for another one from this address; undefined if there is. */
  refusalOf(address: string): "address" | "viewers" | undefined {
    if (this.#viewers.size >= this.#limits.viewers) return "viewers";
    return this.#addresses.of(addressGroup(address)) >= this.#limits.viewersPerAddress ? "address" : undefined;
  }

  hasRoomFor(user: string | undefined): boolean {
    return user === undefined || this.#users.of(user) < this.#limits.viewersPerUser;
  }

  /** Resolves when there is nobody left, or the time is up. */
  async gone(timeoutMs: number): Promise<void> {
    if (this.#viewers.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  add(viewer: V): void {
    this.#viewers.add(viewer);
    this.#addresses.add(addressGroup(viewer.address), 1);
  }

  /** Counts a viewer for its user. */
  letIn({ user }: V): void {
    if (user !== undefined) this.#users.add(user, 1);
  }

  remove(viewer: V): void {
    if (!this.#viewers.delete(viewer)) return;
    if (this.#viewers.size === 0) this.#onGone();
    this.#addresses.add(addressGroup(viewer.address), -1);
    if (viewer.user !== undefined) this.#users.add(viewer.user, -1);
  }
}

/** How many there are of each name; names without any are forgotten. */
class Tally {
  readonly #counts: Map<string, number> = new Map();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string, change: number): void {
    const count = this.of(name) + change;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}
