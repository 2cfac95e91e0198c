import type { Sample } from "./measured-process.ts";

/** What a plot shows. */
export interface PlotOptions {
  readonly title: string;
  readonly samples: readonly Sample[];
  /** A level that the buffers must stay below. */
  readonly limit?: { readonly bytes: number; readonly label: string };
}

const [width, height, left, top, right, bottom] = [960, 420, 60, 50, 220, 40];

const curves = [
  { label: "process (RSS)", colour: "#888888", of: (sample: Sample) => sample.rss },
  { label: "buffers, after GC", colour: "#0b6fb8", of: (sample: Sample) => sample.arrayBuffers },
  { label: "heap, after GC", colour: "#c2410c", of: (sample: Sample) => sample.heapUsed },
] as const;

/** Draws memory over time, as an SVG. */
export function plot({ title, samples, limit }: PlotOptions): string {
  const seconds = Math.max(1, ...samples.map((sample) => sample.seconds));
  const most = Math.max(1, limit?.bytes ?? 0, ...samples.map(({ rss }) => rss));
  const x = (at: number): number => left + ((width - left - right) * at) / seconds;
  const y = (bytes: number): number => height - bottom - ((height - top - bottom) * bytes) / most;
  const text = (at: number, from: number, what: string, more = ""): string =>
    `<text x="${at.toFixed(1)}" y="${from.toFixed(1)}" ${more}>${what}</text>`;
  const lines = curves.map(({ colour, of }) => {
    const points = samples.map((sample) => `${x(sample.seconds).toFixed(1)},${y(of(sample)).toFixed(1)}`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const legend = curves.map(({ label, colour }, index) =>
    text(width - right + 10, top + 16 + 18 * index, label, `fill="${colour}"`),
  );
  const level = (bytes: number, dashes: string): string =>
    `<line x1="${left}" x2="${width - right}" y1="${y(bytes)}" y2="${y(bytes)}" stroke="#bbbbbb" ${dashes}/>`;
  const scale = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    level(part * most, ""),
    text(left - 8, y(part * most) + 4, ((part * most) / 1e6).toFixed(0), 'text-anchor="end"'),
  ]);
  const phases = samples
    .filter(({ phase }, index) => phase !== samples[index - 1]?.phase)
    .flatMap(({ phase, seconds: at }) => [
      `<line x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${height - bottom}" stroke="#bbbbbb" stroke-dasharray="2 3"/>`,
      text(x(at) + 3, top - 6, phase),
    ]);
  const bound =
    limit === undefined
      ? []
      : [
          level(limit.bytes, 'stroke-dasharray="6 4"'),
          text(width - right + 10, y(limit.bytes) + 4, `${limit.label}: ${(limit.bytes / 1e6).toFixed(0)} MB`),
        ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text(left, 20, title, 'font-size="14"'),
    text(left - 8, 36, "MB", 'text-anchor="end"'),
    ...scale,
    ...phases,
    ...bound,
    ...lines,
    ...legend,
    text(width - right, height - 12, `${seconds.toFixed(0)} s`, 'text-anchor="end"'),
    "</svg>\n",
  ].join("\n");
}
