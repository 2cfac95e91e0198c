import { join } from "node:path";
import ts from "typescript";

import type { PublishedPackage } from "./published-packages.ts";

/**
 * What built packages export, as Markdown, by the package's name: each export with its declaration, without comments and
 * without what is private; what comes from another package by its name alone.
 */
export function apisOf(packages: readonly PublishedPackage[]): Map<string, string> {
  const program = ts.createProgram(packages.map(entryOf), {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
    noEmit: true,
  });
  return new Map(packages.map((each) => [each.name, apiOf(each, program)]));
}

function entryOf({ folder }: PublishedPackage): string {
  return join(folder, "dist/index.d.ts");
}

function apiOf(found: PublishedPackage, program: ts.Program): string {
  const { name, folder } = found;
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entryOf(found));
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${name} exports nothing: build it first`);

  const exported = checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sections = exported.map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declarations = (target.declarations ?? []).map((each) => textOf(each, join(folder, "dist")));
    return `## ${symbol.name}\n\n\`\`\`ts\n${declarations.join("\n")}\n\`\`\`\n`;
  });
  return [`# ${name}\n`, "Written by `pnpm run api:update`, and compared with the code by a test.\n", ...sections].join(
    "\n",
  );
}

/** A declaration on lines of its own, or where it comes from if that is outside `dist`. */
function textOf(declaration: ts.Declaration, dist: string): string {
  const file = declaration.getSourceFile();
  if (!file.fileName.startsWith(dist)) {
    const [, from = file.fileName] =
      /(?:packages|node_modules)\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(file.fileName) ?? [];
    return `// from ${from}`;
  }
  const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts
    .createPrinter({ removeComments: true })
    .printNode(ts.EmitHint.Unspecified, whole, file)
    .replaceAll(/^ +(?:#private;|private .*;)\n/gm, "");
}
