import type { LogCounters } from "./gateway-log.ts";
import type { EndReason, RefusalReason } from "./gateway-events.ts";

/** What a gateway counts, since its start. */
export class GatewayMetrics {
  /** Those that were let in and are still there. */
  viewers = 0;
  /** Bytes of frames that have left. */
  sentBytes = 0;
  /** Bytes of frames that wait to leave. */
  bufferedBytes = 0;
  /** Bytes of records of produce requests that have not come completely. */
  receivedBytes = 0;
  readonly refused: Counts<RefusalReason> = new Counts();
  readonly ended: Counts<EndReason> = new Counts();
  readonly requests: Counts<string> = new Counts();
  readonly failed: Counts<string> = new Counts();

  #admitted = 0;

  /** Counts a viewer that is let in; returns its number, from 1. */
  admit(): number {
    this.viewers += 1;
    this.#admitted += 1;
    return this.#admitted;
  }

  /** As text that Prometheus reads. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  print(log: LogCounters, isReachable: boolean): string {
    return [
      gauge("viewers", "Viewers that are connected.", this.viewers),
      counter("refused_total", "Clients that were not let in, by reason.", this.refused.labelled("reason")),
      counter("ended_total", "Connections of viewers that ended, by reason.", this.ended.labelled("reason")),
      counter("requests_total", "Requests of viewers.", this.requests.labelled("request")),
      counter("failed_requests_total", "Requests that failed as a whole.", this.failed.labelled("request")),
      counter("sent_bytes_total", "Bytes that were sent to viewers.", this.sentBytes),
      gauge("buffered_bytes", "Bytes that wait for viewers to read them.", this.bufferedBytes),
      gauge("received_bytes", "Bytes of produce requests that have not come completely.", this.receivedBytes),
      counter(
        "skipped_records_total",
        "Records that were left out because only the newest were wanted.",
        log.skippedRecords,
      ),
      counter(
        "cached_records_total",
        "Records that viewers got without another request to the log.",
        log.cachedRecords,
      ),
      gauge("cached_bytes", "Bytes of records that the gateway keeps.", log.cachedBytes),
      gauge("feeds", "Partitions whose newest records are watched.", log.feeds),
      counter("upstream_bytes_total", "Bytes of records that the log sent to the gateway.", log.upstreamBytes),
      counter("upstream_fetches_total", "Fetches that the gateway made.", log.upstreamFetches),
      counter("old_reads_total", "Fetches of records that were older than what the gateway keeps.", log.oldReads),
      gauge("log_reachable", "Whether the log answered last time: 1 or 0.", isReachable ? 1 : 0),
    ].join("");
  }
}

/** Counts of things by their names, which are few and our own. */
class Counts<Name extends string> {
  readonly #counts: Map<Name, number> = new Map();

  add(name: Name): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  labelled(label: string): readonly Sample[] {
    return Array.from(this.#counts, ([name, count]) => [`{${label}="${name}"}`, count]);
  }
}

type Sample = readonly [labels: string, value: number];

function counter(name: string, help: string, value: number | readonly Sample[]): string {
  return metric(name, "counter", help, value);
}

function gauge(name: string, help: string, value: number): string {
  return metric(name, "gauge", help, value);
}

function metric(name: string, type: string, help: string, value: number | readonly Sample[]): string {
  const full = `dataqueues_gateway_${name}`;
  const samples: readonly Sample[] = typeof value === "number" ? [["", value]] : value;
  const lines = samples.map(([labels, count]) => `${full}${labels} ${count}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}
