import type { DisplayState, MessageOf } from "./display-state.ts";
import { formatClock, formatDuration } from "./format.ts";
import { byId, setText } from "./page-elements.ts";

/** What the badge says: a shape for each state comes from the style sheet. */
interface BadgeText {
  readonly word: string;
  readonly rest: string;
  /** What a screen reader is told when the state changes. */
  readonly said: string;
}

/** The words for a state of the connection. */
export function badgeText({ connection, pausedAt }: DisplayState, now: number): BadgeText {
  const { state, since } = connection;
  const lasted = formatDuration(now - since);
  switch (state) {
    case "connected":
      if (pausedAt !== undefined) {
        return { word: "Paused", rest: `since ${formatClock(pausedAt)}`, said: "Paused" };
      }
      return { word: "Connected", rest: `for ${lasted}`, said: "Connected" };
    case "connecting":
      return { word: "Connecting", rest: now - since < 1000 ? "" : lasted, said: "Connecting" };
    case "reconnecting":
      return { word: "Reconnecting", rest: lasted, said: "Connection interrupted, reconnecting" };
    case "lost":
      return { word: "Lost", rest: `since ${formatClock(since)}`, said: `Connection lost since ${formatClock(since)}` };
    case "refused":
      break;
  }
  return { word: "Refused", rest: "", said: `This page is not let in: ${refusal(connection)}` };
}

/** Why, without a point at the end. */
function refusal({ reason }: MessageOf<"connection">): string {
  return reason?.replace(/\.$/, "") ?? "the gateway gives no reason";
}

/** The state of the connection as a shape, a word and how long it has lasted; aloud when it changes. */
export class ConnectionBadge {
  readonly #badge: HTMLElement = byId("connection", HTMLElement);
  readonly #word: HTMLElement = byId("connection-word", HTMLElement);
  readonly #rest: HTMLElement = byId("connection-rest", HTMLElement);
  readonly #banner: HTMLElement = byId("banner", HTMLElement);
  readonly #live: HTMLElement = byId("live", HTMLElement);

  draw(state: DisplayState): void {
    const { connection, pausedAt } = state;
    const { word, rest, said } = badgeText(state, Date.now());
    const isPaused = connection.state === "connected" && pausedAt !== undefined;
    this.#badge.dataset["state"] = isPaused ? "paused" : connection.state;
    this.#badge.title = connection.reason ?? "";
    setText(this.#word, word);
    setText(this.#rest, rest);
    setText(this.#live, said);
    this.#banner.hidden = connection.state !== "refused";
    if (connection.state === "refused") setText(this.#banner, `This page is not let in: ${refusal(connection)}.`);
  }
}
