import { errorLine } from "../print/error-line.ts";
import { LiveArea } from "../terminal/live-area.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { StatRow } from "./stat-rows.ts";
import { statJson, statTable } from "./stat-text.ts";
import type { StatColumns } from "./stat-text.ts";

/** How rows are shown. */
export interface StatDisplayOptions extends StatColumns {
  readonly json: boolean;
}

/** Shows rows again and again: in place on a terminal, one block or one JSON line a row after another in a pipe. */
export class StatDisplay {
  readonly #terminal: Terminal;
  readonly #host: string;
  readonly #options: StatDisplayOptions;
  readonly #area: LiveArea | undefined;
  #table: readonly string[] = [];
  #blocks = 0;
  /** Whether it was said that there are no topics. */
  #saidNone = false;
  /** Since when the host does not answer, in ms since 1970. */
  #awaySince: number | undefined;

  /** @param host - as a person calls it */
  constructor(terminal: Terminal, host: string, options: StatDisplayOptions) {
    this.#terminal = terminal;
    this.#host = host;
    this.#options = options;
    this.#area = terminal.stdout.isTerminal && !options.json ? new LiveArea(terminal.stdout) : undefined;
  }

  /** @param hasRates - false for the first look, which a pipe has no use for */
  async show(rows: readonly StatRow[], hasRates: boolean): Promise<void> {
    const { stdout, stderr } = this.#terminal;
    const now = Date.now();
    if (this.#awaySince !== undefined && this.#area === undefined) await stderr.write(`${this.#host} answers again\n`);
    this.#awaySince = undefined;
    const none = `${this.#host} has no such topics yet`;
    if (this.#area !== undefined) {
      const table = rows.length === 0 ? none : statTable(rows, this.#options, now);
      const [titles = "", ...lines] = table.trimEnd().split("\n");
      this.#table = [stdout.style("bold", titles), ...lines];
      await this.#area.update(this.#table);
      return;
    }
    if (rows.length === 0 && !this.#saidNone) await stderr.write(`${none}\n`);
    this.#saidNone = rows.length === 0;
    if (!hasRates || rows.length === 0) return;
    this.#blocks += 1;
    if (this.#options.json) await stdout.write(statJson(rows, this.#options, now));
    else await stdout.write(`${this.#blocks === 1 ? "" : "\n"}${statTable(rows, this.#options, now)}`);
  }

  /** Says that the host does not answer: below the last table, or once on stderr. */
  async showOutage(error: Error): Promise<void> {
    const isNew = this.#awaySince === undefined;
    this.#awaySince ??= Date.now();
    const text = `${this.#host} does not answer: ${errorLine(error)}`;
    if (this.#area !== undefined) {
      const since = new Date(this.#awaySince).toISOString().slice(11, 19);
      const line = `since ${since} UTC ${text}`;
      await this.#area.update([...this.#table, this.#terminal.stdout.style("red", line)]);
    } else if (isNew) {
      await this.#terminal.stderr.write(`${text}. It is asked again\n`);
    }
  }

  /** Leaves the last table where it is. */
  end(): void {
    this.#area?.end();
  }
}
