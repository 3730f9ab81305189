// Runs a WASI command module as if it were a native program:
//     node run-wasi.mjs [--dir GUEST=HOST]... PROGRAM.wasm [ARGUMENT]...
// Arguments, environment, standard streams and the exit code pass through. The module sees no
// files but the folders given with --dir.

import { readFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";

const kFlag = "--experimental-wasi-unstable-preview1";

// Node announces on every start that WASI is experimental; test output must stay ours.
process.removeAllListeners("warning");

async function loadWasi() {
    try {
        return (await import("node:wasi")).WASI;
    } catch (error) {
        // Node 18 hides the module behind a flag
        if (process.execArgv.includes(kFlag)) throw error;
        const argv = [kFlag, ...process.execArgv, ...process.argv.slice(1)];
        const child = spawnSync(process.execPath, argv, { stdio: "inherit" });
        process.exit(child.status ?? 1);
    }
}

function parseArguments(argv) {
    const preopens = {};
    while (argv[0] === "--dir") {
        const [guest, host] = (argv[1] ?? "").split("=");
        preopens[guest] = host ?? guest;
        argv = argv.slice(2);
    }
    if (argv.length === 0) {
        console.error("usage: run-wasi.mjs [--dir GUEST=HOST]... PROGRAM.wasm [ARGUMENT]...");
        process.exit(2);
    }
    return { preopens, args: argv };
}

// Node 20 and 22 let wasm call the native functions of WASI directly ("fast calls"), and this
// corrupts JavaScript's heap now and then, above all once the memory has grown as Argon2 makes it:
// SIGSEGV after the last line of a program that passed (nodejs/node issue 53087). A function of
// JavaScript in between takes the ordinary way.
function withoutFastCalls(functions) {
    const wrapped = {};
    for (const [name, call] of Object.entries(functions))
        wrapped[name] = (...parameters) => call(...parameters);
    return wrapped;
}

async function run() {
    const { preopens, args } = parseArguments(process.argv.slice(2));
    const WASI = await loadWasi();
    const wasi = new WASI({
        version: "preview1",
        args,
        env: process.env,
        preopens,
        returnOnExit: true,
    });
    const module = await WebAssembly.compile(await readFile(args[0]));
    const imports = { wasi_snapshot_preview1: withoutFastCalls(wasi.wasiImport) };
    const instance = await WebAssembly.instantiate(module, imports);
    return wasi.start(instance) ?? 0;
}

try {
    process.exitCode = await run();
} catch (error) {
    // a trap: abort(), a stack overflow, an access out of bounds; a shell shows 134 for abort()
    console.error(`${process.argv.at(2)}: ${error.stack ?? error}`);
    process.exitCode = 134;
}
