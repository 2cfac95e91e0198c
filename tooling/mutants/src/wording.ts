import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** A place in the code as Babel gives it, as far as it is looked at. */
interface Place {
  readonly node?: {
    readonly type: string;
    readonly value?: unknown;
    readonly expressions?: readonly unknown[];
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
  };
}

/** Text with a blank in it is for people: how a message is worded is no fault, what it names is. */
function isSentence({ node }: Place): boolean {
  if (node?.type === "StringLiteral") return typeof node.value === "string" && node.value.includes(" ");
  if (node?.type !== "TemplateLiteral" || node.expressions?.length !== 0) return false;
  return node.quasis?.[0]?.value.raw.includes(" ") === true;
}

/** What Stryker loads. */
export const strykerPlugins: readonly unknown[] = [
  declareValuePlugin(PluginKind.Ignore, "wording", {
    shouldIgnore: (place: Place) => (isSentence(place) ? "wording" : undefined),
  }),
];
