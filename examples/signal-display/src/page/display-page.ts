import type { ToPage, ToWorker, View } from "../display-messages.ts";
import { BaselinesPanel } from "./baselines-panel.ts";
import { channelPanels } from "./channel-panels.ts";
import { CoveragePanel } from "./coverage-panel.ts";
import { DisplayState } from "./display-state.ts";
import { FrequencyCursor } from "./frequency-cursor.ts";
import { byId, setText } from "./page-elements.ts";
import { PageHeader } from "./page-header.ts";
import type { Occasion, Panel } from "./panel.ts";
import { PointingPanel } from "./pointing-panel.ts";
import { ReceiverPanel } from "./receiver-panel.ts";
import { StreamsPanel } from "./streams-panel.ts";
import { currentTheme, restoreTheme, toggleTheme } from "./theme.ts";
import { WaterfallPanel } from "./waterfall-panel.ts";
import { WindowsChooser } from "./windows-chooser.ts";

/** Told at once, and not answered: the Worker does not wait for them. */
const unanswered: ReadonlySet<ToPage["type"]> = new Set(["connection", "streams", "badRecord"]);

/** What the page is opened for. */
export interface DisplayPageOptions {
  readonly worker: Worker;
  /** The gateway's address. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly subarray: string;
}

/**
 * The page: takes the Worker's messages, draws in the next frame the panels that they concern, and then asks for more. A page that
 * is hidden gets no frames, so it asks for nothing.
 */
export class DisplayPage {
  readonly #worker: Worker;
  readonly #state: DisplayState;
  readonly #panels: readonly Panel[];
  readonly #pending = new Set<Occasion>();
  #isRestyled = true;
  #owesAnswer = false;
  #isScheduled = false;

  constructor({ worker, url, token, subarray }: DisplayPageOptions) {
    restoreTheme();
    const view: View = { windows: [0], shown: 0, baseline: "m033_m038" };
    this.#worker = worker;
    this.#state = new DisplayState(subarray, view, Date.now());
    const cursor = new FrequencyCursor();
    this.#panels = [
      new PageHeader(),
      new WindowsChooser((view) => this.#setView(view)),
      new BaselinesPanel((baseline) => this.#setView({ ...this.#state.view, baseline })),
      ...channelPanels(cursor),
      new WaterfallPanel(cursor),
      new CoveragePanel(),
      new ReceiverPanel(),
      new PointingPanel(),
      new StreamsPanel(),
    ];
    worker.addEventListener("message", ({ data }: MessageEvent<readonly ToPage[]>) => this.#receive(data));
    worker.addEventListener("error", ({ message }) => this.#fail(message));
    this.#addControls();
    this.#addResizing();
    this.#tick();
    this.#send({ type: "start", url, token, subarray, view });
    this.#draw("view");
  }

  #send(message: ToWorker): void {
    // Nothing is transferred to the Worker.
    this.#worker.postMessage(message, []);
  }

  #receive(messages: readonly ToPage[]): void {
    for (const message of messages) {
      this.#state.accept(message);
      if (this.#state.isShown(message)) this.#pending.add(message.type);
      this.#owesAnswer ||= !unanswered.has(message.type);
    }
    this.#schedule();
  }

  /** The Worker's script could not be loaded, or failed where nothing catches. */
  #fail(message: string | undefined): void {
    const reason = `the Worker of this page failed, ${message ?? "its script could not be loaded"}; load the page again`;
    this.#receive([{ type: "connection", state: "refused", since: Date.now(), reason }]);
  }

  #setView(view: View): void {
    this.#state.setView(view);
    this.#send({ type: "view", view });
    this.#draw("view");
  }

  #draw(occasion: Occasion): void {
    this.#pending.add(occasion);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#isScheduled = false;
    const isRestyled = this.#isRestyled;
    this.#isRestyled = false;
    const occasions = new Set(this.#pending);
    this.#pending.clear();
    const theme = isRestyled ? currentTheme() : undefined;
    for (const panel of this.#panels) {
      if (theme !== undefined) panel.restyle(theme);
      if (isRestyled || panel.occasions.some((occasion) => occasions.has(occasion))) panel.draw(this.#state);
    }
    if (!this.#owesAnswer) return;
    this.#owesAnswer = false;
    this.#send({ type: "drawn" });
  }

  #restyle(): void {
    this.#isRestyled = true;
    this.#schedule();
  }

  #addControls(): void {
    const pause = byId("pause", HTMLButtonElement);
    pause.addEventListener("click", () => {
      const isPaused = this.#state.pausedAt !== undefined;
      this.#state.pausedAt = isPaused ? undefined : Date.now();
      this.#send({ type: isPaused ? "resume" : "pause" });
      document.body.classList.toggle("paused", !isPaused);
      setText(byId("pause-word", HTMLElement), isPaused ? "Pause" : "Resume");
      this.#draw("clock");
    });
    byId("theme", HTMLButtonElement).addEventListener("click", () => {
      toggleTheme();
      this.#restyle();
    });
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#restyle());
  }

  #addResizing(): void {
    const observer = new ResizeObserver(() => this.#restyle());
    observer.observe(byId("panels", HTMLElement));
    for (const panel of document.querySelectorAll(".panel")) observer.observe(panel);
  }

  /** Draws what changes with the time, each second as it begins. */
  #tick(): void {
    setTimeout(
      () => {
        this.#draw("clock");
        this.#tick();
      },
      1000 - (Date.now() % 1000),
    );
  }
}
