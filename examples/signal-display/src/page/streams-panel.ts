import type { Stream } from "../display-messages.ts";
import type { DisplayState } from "./display-state.ts";
import { formatCount, formatFixed, formatTopic, noValue } from "./format.ts";
import { byId, make, setText } from "./page-elements.ts";
import { PanelState } from "./panel-state.ts";
import type { Occasion, Panel } from "./panel.ts";

/** A stream that is later than this is marked. */
export const lateMs = 1500;

/** A row for each topic's partition: rates, how late it is, and what was left out. */
export class StreamsPanel implements Panel {
  readonly occasions: readonly Occasion[] = ["streams", "badRecord", "connection"];
  readonly #rows: HTMLElement = byId("stream-rows", HTMLElement);
  readonly #bad: HTMLElement = byId("bad-records", HTMLElement);
  readonly #state: PanelState = new PanelState(byId("streams", HTMLElement));

  restyle(): void {
    // Rows are text: the style sheet does it.
  }

  draw(state: DisplayState): void {
    const { streams, subarray, badRecords, lastBadRecord } = state;
    this.#state.show(state, streams.length === 0 ? undefined : Date.now(), "No streams yet");
    while (this.#rows.childElementCount > streams.length) this.#rows.lastElementChild?.remove();
    while (this.#rows.childElementCount < streams.length) this.#rows.append(newRow());
    for (const [index, stream] of streams.entries()) {
      const row = this.#rows.children[index];
      if (row !== undefined) fillRow(row, stream, subarray);
    }
    this.#bad.hidden = lastBadRecord === undefined;
    if (lastBadRecord === undefined) return;
    const { topic, partition, offset, reason } = lastBadRecord;
    const many = badRecords === 1 ? "1 record" : `${formatCount(badRecords)} records`;
    setText(this.#bad, `▲ ${many} could not be read. Last: ${topic}/${partition}, offset ${offset}: ${reason}`);
    this.#bad.title = reason;
  }
}

function newRow(): HTMLElement {
  const row = make("tr");
  const topic = make("th");
  topic.scope = "row";
  topic.append(make("span", "topic"), make("span", "partition"));
  row.append(topic, make("td"), make("td"), make("td", "lag"), make("td", "skipped"));
  return row;
}

function fillRow(row: Element, stream: Stream, subarray: string): void {
  const { topic, partition, recordsPerSecond, bytesPerSecond, lagMs, skipped } = stream;
  const isLate = lagMs !== undefined && lagMs > lateMs;
  const lag = lagMs === undefined ? noValue : `${formatFixed(lagMs / 1000, 1)} s`;
  const texts = [
    formatFixed(recordsPerSecond, 1),
    formatFixed(bytesPerSecond / 1e6, 2),
    isLate ? `▲ ${lag}` : lag,
    formatCount(skipped),
  ];
  const [heading, ...cells] = row.children;
  const [name, place] = heading?.children ?? [];
  if (name !== undefined) setText(name, formatTopic(topic, subarray));
  if (place !== undefined) setText(place, `/${partition}`);
  for (const [index, cell] of cells.entries()) setText(cell, texts[index] ?? "");
  row.classList.toggle("late", isLate);
  row.classList.toggle("skipping", skipped > 0);
  row.setAttribute("title", topic);
}
