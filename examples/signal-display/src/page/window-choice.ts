import type { View } from "../display-messages.ts";

/** The view after a window was chosen: it is opened if it was not. */
export function withShown(view: View, window: number): View {
  const windows = view.windows.includes(window) ? view.windows : [...view.windows, window].sort((a, b) => a - b);
  return { ...view, windows, shown: window };
}

/** The view after a window was closed: if it was the shown one, the averaged stream, window 0, takes its place and never closes. */
export function withoutWindow(view: View, window: number): View {
  if (window === 0) return view;
  const windows = view.windows.filter((open) => open !== window);
  return { ...view, windows, shown: view.shown === window ? 0 : view.shown };
}
