import type { FrequencyAxis } from "../display-messages.ts";
import { ConnectionBadge } from "./connection-badge.ts";
import type { DisplayState } from "./display-state.ts";
import { formatClock, formatCount, formatFixed, noValue } from "./format.ts";
import { byId, setText } from "./page-elements.ts";
import type { Occasion, Panel } from "./panel.ts";
import { lateMs } from "./streams-panel.ts";

/** What is observed, how the streams are, the connection and the time. */
export class PageHeader implements Panel {
  readonly occasions: readonly Occasion[] = [
    "spectrum",
    "processing",
    "receiver",
    "streams",
    "connection",
    "view",
    "clock",
  ];
  readonly #badge: ConnectionBadge = new ConnectionBadge();

  restyle(): void {
    // All of it is text: the style sheet does it.
  }

  draw(state: DisplayState): void {
    const { subarray, receiver, processing, processingBlock, streams } = state;
    const axis = state.channels("spectrum")?.axis;
    const scan = processing?.stats.scanId ?? receiver?.stats.scanId;
    setText(byId("subarray", HTMLElement), processing?.stats.subarray ?? subarray);
    setText(byId("scan", HTMLElement), scan === undefined ? noValue : String(scan));
    setText(byId("processing-block", HTMLElement), processing?.stats.processingBlock ?? processingBlock ?? noValue);
    setText(byId("window", HTMLElement), axis === undefined ? noValue : windowText(axis));

    const sum = (of: (stream: (typeof streams)[number]) => number): number =>
      streams.reduce((total, stream) => total + of(stream), 0);
    const lags = streams.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]));
    const lag = lags.length === 0 ? undefined : lags.reduce((most, own) => Math.max(most, own), 0);
    const records = sum(({ recordsPerSecond }) => recordsPerSecond);
    const megabytes = sum(({ bytesPerSecond }) => bytesPerSecond) / 1e6;
    setText(byId("records", HTMLElement), formatFixed(records, records < 99.95 ? 1 : 0));
    setText(byId("data", HTMLElement), formatFixed(megabytes, megabytes < 9.995 ? 2 : 1));
    setText(byId("lag", HTMLElement), formatFixed(lag === undefined ? undefined : lag / 1000, 1));
    setText(byId("skipped", HTMLElement), formatCount(sum(({ skipped }) => skipped)));
    byId("lag", HTMLElement).classList.toggle("late", lag !== undefined && lag > lateMs);
    setText(byId("clock", HTMLElement), formatClock(Date.now()));
    this.#badge.draw(state);
  }
}

function windowText({ firstHz, lastHz }: FrequencyAxis): string {
  const decimals = lastHz - firstHz < 200e6 ? 1 : 0;
  const [first, last] = [formatFixed(firstHz / 1e6, decimals), formatFixed(lastHz / 1e6, decimals)];
  return `${first}–${last} MHz`;
}
