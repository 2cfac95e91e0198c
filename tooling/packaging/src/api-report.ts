import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import type { IConfigFile, IExtractorInvokeOptions } from "@microsoft/api-extractor";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import type { PublishedPackage } from "./repository.ts";

/** Where the record of a package's exports is. */
export function reportOf(folder: string): string {
  return join(folder, "etc", `${basename(folder)}.api.md`);
}

/**
 * Compares what built packages export with the reports beside them.
 *
 * @param update writes the reports that differ.
 * @returns The names of the packages whose report differed.
 */
export function changedApis(packages: readonly PublishedPackage[], update: boolean): string[] {
  const temporary = mkdtempSync(join(tmpdir(), "dataqueues-api-"));
  const configs = packages.map(({ folder }) => configOf(folder, temporary));
  const [first] = configs;
  if (first === undefined) return [];
  // One compiler for all packages is several times faster.
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: configs.map((each) => each.mainEntryPointFilePath),
  });
  const options: IExtractorInvokeOptions = {
    compilerState,
    localBuild: update,
    // The caller says what has changed, and what to do.
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  };
  try {
    if (update) for (const { folder } of packages) mkdirSync(join(folder, "etc"), { recursive: true });
    const results = configs.map((config) => Extractor.invoke(config, options));
    return packages.filter((_, at) => results[at]?.apiReportChanged).map(({ name }) => name);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function configOf(folder: string, temporary: string): ExtractorConfig {
  const quiet = { default: { logLevel: ExtractorLogLevel.None } };
  const configObject: IConfigFile = {
    projectFolder: folder,
    newlineKind: "lf",
    mainEntryPointFilePath: join(folder, "dist/index.d.ts"),
    compiler: {
      overrideTsconfig: {
        compilerOptions: { module: "nodenext", target: "es2023", types: [], strict: true, skipLibCheck: true },
        files: ["dist/index.d.ts"],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: basename(reportOf(folder)),
      reportFolder: join(folder, "etc"),
      reportTempFolder: temporary,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    // The compiler and typedoc check the rest.
    messages: { extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
  });
}
