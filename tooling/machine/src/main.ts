import { prepare } from "./prepare.ts";

const missing = prepare();
console.log(missing.length === 0 ? "Everything that the tests need is installed." : missing.join("\n"));
process.exitCode = missing.length === 0 ? 0 : 1;
