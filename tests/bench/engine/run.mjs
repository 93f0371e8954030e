// Runs `bench-engine.wasm` under Node: `node run.mjs MODULE [ARGUMENTS]`.
import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { WASI } from "node:wasi";

const [module, ...args] = argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [module, ...args] });
const { instance } = await WebAssembly.instantiate(await readFile(module), wasi.getImportObject());
wasi.start(instance);
