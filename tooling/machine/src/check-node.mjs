// Stops with an explanation if the repository's scripts cannot run on this machine. Every Node, however old, must be able to
// run this file.
//
// With `--before-install` an old Node is enough where the install brings a newer one (optionalDependencies in package.json).
import { readFileSync } from "node:fs";

const needed = 24;
const { optionalDependencies } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

const machine = `${process.platform}-${process.arch}`;
const isNewEnough = Number(process.versions.node.split(".")[0]) >= needed;
const comesWithInstall = process.argv.includes("--before-install") && `node-${machine}` in optionalDependencies;

const ways = {
  darwin: `brew install node@${needed}, or nvm install ${needed}`,
  win32: "winget install OpenJS.NodeJS.LTS",
};

if (process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime) {
  stop(
    "This Linux (such as Alpine) uses musl, and the Node and the compilers of this repository need glibc.",
    "Use another one, such as Debian or Ubuntu; in Docker the image node:24.",
  );
}
if (!isNewEnough && !comesWithInstall) {
  stop(
    `The scripts of this repository need Node ${needed} or later, and this is ${process.version} on ${machine}.`,
    `Install it (${ways[process.platform] ?? `nvm install ${needed}`}; or from nodejs.org) and run the command again.`,
    "The published packages themselves run on Node 20.19 and later.",
  );
}

function stop(...lines) {
  console.error(`\n${lines.join("\n")}\n`);
  process.exit(1);
}
