import type { FrequencyAxis } from "../display-messages.ts";

/** The frequency that all plots of channels mark and whose values stand in their titles. */
export class FrequencyCursor {
  readonly #listeners: (() => void)[] = [];
  #hz: number | undefined;

  /** Calls `listener` after each move. */
  onMove(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Moves it to a channel of an axis. */
  moveTo(channel: number, axis: FrequencyAxis): void {
    const hz = frequencyOf(Math.min(axis.count - 1, Math.max(0, channel)), axis);
    if (hz === this.#hz) return;
    this.#hz = hz;
    for (const listener of this.#listeners) listener();
  }

  /** The nearest channel of an axis: the middle one before the first move, and when the cursor lies outside. */
  channelOn(axis: FrequencyAxis): number {
    const { firstHz, lastHz, count } = axis;
    const isOutside = this.#hz === undefined || this.#hz < firstHz || this.#hz > lastHz;
    const hz = isOutside ? (firstHz + lastHz) / 2 : (this.#hz ?? firstHz);
    const share = lastHz === firstHz ? 0 : (hz - firstHz) / (lastHz - firstHz);
    return Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))));
  }
}

/** The frequency of a channel in Hz. */
export function frequencyOf(channel: number, { firstHz, lastHz, count }: FrequencyAxis): number {
  return count <= 1 ? firstHz : firstHz + ((lastHz - firstHz) * channel) / (count - 1);
}
