// The size of the engine as a browser would load it (bench/engine_size.cpp), from the wasm preset:
//     node engine-size.mjs            a line of figures
//     node engine-size.mjs --check    the same, and fails above the limit
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const kMaxBytes = 1_500_000;  // before compression
const kProgram = "build/wasm/bin/obhut_engine_size.wasm";

const module = readFileSync(kProgram);
const count = (bytes) => bytes.length.toLocaleString("en");
console.log(`engine in wasm: ${count(module)} bytes (at most ${kMaxBytes.toLocaleString("en")}), ` +
    `${count(gzipSync(module, { level: 9 }))} with gzip, ${count(brotliCompressSync(module))} with brotli`);
if (process.argv[2] === "--check") {
    const good = module.length <= kMaxBytes;
    if (!good) console.log("FAILED: the engine is too large for a browser: docs/decisions/0053-a-small-engine.md");
    console.log(good ? "1 passed, 0 failed" : "0 passed, 1 failed");
    process.exit(good ? 0 : 1);
}
