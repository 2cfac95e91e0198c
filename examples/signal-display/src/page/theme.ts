/** Colours and type of what is drawn on canvases; the style sheet has the same for everything else. */
export interface Theme {
  readonly panel: string;
  readonly line: string;
  readonly grid: string;
  readonly text: string;
  readonly muted: string;
  readonly well: string;
  readonly flagged: string;
  readonly accent: string;
  readonly warning: string;
  readonly crossElevation: string;
  readonly elevation: string;
  /** XX, XY, YX, YY. */
  readonly polarisations: readonly string[];
  /** Pixels of the page for one of the design: more on a wall. */
  readonly scale: number;
  readonly axisFont: string;
  readonly labelFont: string;
}

/** How a polarisation is drawn: never by its colour alone. */
export interface PolarisationStyle {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
  readonly isCross: boolean;
}

const family = `"Inter", "Inter Variable", system-ui, sans-serif`;

/** Reads the theme that the page has now from its style sheet. */
export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const scale = Number.parseFloat(style.fontSize) / 16;
  const axisPixels = Math.max(12, 13 * scale);
  return {
    panel: colour("panel"),
    line: colour("line"),
    grid: colour("grid"),
    text: colour("text"),
    muted: colour("muted"),
    well: colour("well"),
    flagged: colour("flagged"),
    accent: colour("xx"),
    warning: colour("warning"),
    crossElevation: colour("cross-elevation"),
    elevation: colour("elevation"),
    polarisations: ["xx", "xy", "yx", "yy"].map(colour),
    scale,
    axisFont: `500 ${axisPixels}px ${family}`,
    labelFont: `600 ${axisPixels}px ${family}`,
  };
}

/** Colour, dash and width of a polarisation; `index` is its place among those of a record. */
export function polarisationStyle(theme: Theme, name: string, index: number): PolarisationStyle {
  const known = ["XX", "XY", "YX", "YY"].indexOf(name);
  const place = known === -1 ? index % 4 : known;
  const isCross = place === 1 || place === 2;
  return {
    colour: theme.polarisations[place] ?? theme.text,
    dash: place === 1 ? [7, 4] : place === 2 ? [2, 3] : [],
    width: isCross ? 1.2 : 1.7,
    isCross,
  };
}

const stored = "signal-display-theme";

/** Shows the theme that was chosen before; without a choice, the system's. */
export function restoreTheme(): void {
  const chosen = localStorage.getItem(stored);
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset["theme"] = chosen;
}

/** Changes from dark to light or back, and remembers it. */
export function toggleTheme(): void {
  const { dataset } = document.documentElement;
  const present = dataset["theme"] ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
  dataset["theme"] = present === "dark" ? "light" : "dark";
  localStorage.setItem(stored, dataset["theme"]);
}
