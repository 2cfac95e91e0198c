import { prepare } from "./prepare.ts";

const missing = prepare();
console.log(missing.length === 0 ? "Everything is there that the tests need." : missing.join("\n"));
process.exitCode = missing.length === 0 ? 0 : 1;
