import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** The parts of a Babel path that are used here. */
interface Place {
  readonly node?: {
    readonly type: string;
    readonly value?: unknown;
    readonly expressions?: readonly unknown[];
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
  };
}

/** Text with a space in it is for people. Another wording of a message is no fault; another name or number is. */
function isSentence({ node }: Place): boolean {
  if (node?.type === "StringLiteral") return typeof node.value === "string" && node.value.includes(" ");
  if (node?.type !== "TemplateLiteral" || node.expressions?.length !== 0) return false;
  return node.quasis?.[0]?.value.raw.includes(" ") === true;
}

/** Stryker loads this export by its name. */
export const strykerPlugins: readonly unknown[] = [
  declareValuePlugin(PluginKind.Ignore, "wording", {
    shouldIgnore: (place: Place) => (isSentence(place) ? "wording" : undefined),
  }),
];
