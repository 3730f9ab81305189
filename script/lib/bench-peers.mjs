// Whole commands against peers: each tool stores and restores the same files on this machine, and what it restores is
// compared. Work: (a) many small files; (b) random bytes and text; (c) the same again unchanged; (d) one byte changed in
// the random file; (e) restore. Times are wall seconds of whole commands, one run each, the disk idle before each. Obhut
// runs unlocked (its agent has the key), as the mount and sync do; what unlocking costs stands in a row of its own.
//
//     node bench-peers.mjs [SCALE] [--tools obhut,restic,…] [--dir DIR]
//
// DIR keeps the files and the results from run to run, so that tools can be measured one at a time.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync }
    from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const kPeers = ["restic", "borg", "rclone crypt", "gocryptfs", "cp"];
const { values: options, positionals } = parseArgs({ allowPositionals: true,
    options: { tools: { type: "string" }, dir: { type: "string" } } });
const scale = Number(positionals[0] ?? 1);
const wanted = options.tools?.split(",") ?? ["obhut", ...kPeers];
const bin = resolve("build/release/bin");
const temporary = process.env.TMPDIR ?? tmpdir();
const root = mkdtempSync(join(temporary, "obhut-bench-"));
const kept = options.dir && resolve(options.dir);
const data = join(kept ?? root, "data");
const password = join(root, "password");
const env = { ...process.env, RESTIC_PASSWORD: "bench", BORG_PASSPHRASE: "bench", HOME: root, XDG_CACHE_HOME: join(root, "cache") };
delete env.XDG_RUNTIME_DIR; // the agent's socket belongs to this run alone

// run gives {seconds, megabytes}: wall time and peak resident memory of one command. It must succeed.
function run(command, args, options = {}) {
    const memory = join(root, "memory");
    spawnSync("sync");
    const started = process.hrtime.bigint();
    const done = spawnSync("/usr/bin/time", ["-f", "%M", "-o", memory, command, ...args],
        { env, stdio: ["ignore", "ignore", "pipe"], ...options });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr}`);
    return { seconds, megabytes: Number(readFileSync(memory, "utf8").trim().split("\n").pop()) / 1024 };
}

function makeData() {
    mkdirSync(join(data, "small"), { recursive: true });
    mkdirSync(join(data, "large"), { recursive: true });
    const words = readFileSync("LICENSE", "utf8");
    const files = Math.round(25000 * scale);
    for (let i = 0; i < files; i++) {
        const folder = join(data, "small", `d${Math.floor(i / 250)}`);
        if (i % 250 === 0) mkdirSync(folder);
        const size = 1000 + (i * 7919) % 38000;
        // Half text, half not compressible, as office files are.
        const body = i % 2 ? randomBytes(size) : Buffer.from(`${i}\n${words}`.repeat(1 + size / words.length).slice(0, size));
        writeFileSync(join(folder, `f${i}`), body);
    }
    const random = openSync(join(data, "large", "random"), "w");
    for (let i = 0; i < Math.round(1024 * scale); i++) writeSync(random, randomBytes(1 << 20));
    closeSync(random);
    const text = openSync(join(data, "large", "text"), "w");
    for (let i = 0; i < Math.round(512 * scale); i++) {
        const block = Buffer.alloc(1 << 20);
        for (let at = 0, n = 0; at < block.length; n++) at += block.write(`${i} ${n} ${words.slice((n * 37) % 9000, (n * 37) % 9000 + 60)}\n`, at);
        writeSync(text, block);
    }
    closeSync(text);
}

function changeOneByte() {
    const file = openSync(join(data, "large", "random"), "r+");
    writeSync(file, randomBytes(1), 0, 1, Math.round(512 * scale) << 20);
    closeSync(file);
}

const same = (a, b) => {
    const diff = spawnSync("diff", ["-r", "--no-dereference", a, b], { encoding: "utf8" });
    if (diff.status !== 0) throw new Error(`restored files differ: ${diff.stdout.slice(0, 500)}`);
};

function freePort() {
    const out = spawnSync(process.execPath, ["-e",
        "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})"]);
    return String(out.stdout).trim();
}

async function until(holds, what) {
    for (let i = 0; i < 100; i++) {
        if (holds()) return;
        await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(what);
}

const isRunning = (process) => process?.pid !== undefined && process.exitCode === null && process.signalCode === null;
// peakOf a process that still runs: resident megabytes.
const peakOf = (process) => Number(readFileSync(`/proc/${process.pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/)[1]) / 1024;

// What obhut, restic and borg have stored is on the disk when they return; cp leaves it in memory. So it is given the
// same to do: bring what is new or changed, then wait until the file system has it.
const copyAndSync = (folder, to, onDisk) => run("sh", ["-c", 'cp -au "$1" "$2" && sync -f "$3"', "sh", folder, to, onDisk]);

// Each tool: setup(), put(folder), restore(folder, target) where target then holds the folder's content.
const tools = {
    obhut() {
        let server;
        const base = join(root, "obhut");
        let unlock = ["--passphrase-file", password]; // goes before the agent: not given when that has the key
        const obhut = (...args) => run(join(bin, "obhut"), ["--profile", join(base, "profile"), ...unlock, ...args]);
        const list = () => obhut("ls", "Bench:/");
        let locked;
        return {
            async setup() {
                mkdirSync(base);
                const url = `127.0.0.1:${freePort()}`;
                server = spawn(join(bin, "obhutd"), ["--data", join(base, "server"), "--listen", url], { stdio: "ignore" });
                server.on("error", () => {});
                await until(() => spawnSync("curl", ["-fsS", `http://${url}/healthz`], { stdio: "ignore" }).status === 0,
                    "obhutd does not answer");
                obhut("org", "create", "Bench", "--server", `http://${url}`, "--email", "a@example.org",
                    "--kit", join(base, "kit.html"), "--root-kit", join(base, "root-kit"));
                obhut("space", "create", "Bench");
                locked = list();
                obhut("unlock");
                unlock = [];
            },
            list,
            locked: () => locked,
            put: (folder) => obhut("put", folder, "Bench:/"),
            restore: (folder, target) => obhut("get", `Bench:/${folder.split("/").pop()}`, target),
            otherMegabytes: () => peakOf(server),
            async stop() {
                spawnSync(join(bin, "obhut"), ["--profile", join(base, "profile"), "lock"], { env, stdio: "ignore" });
                if (!isRunning(server)) return;
                const ended = new Promise((done) => server.on("exit", done));
                server.kill();
                await ended;
            },
        };
    },
    restic() {
        const repo = join(root, "restic");
        const restic = (...args) => run("restic", ["-q", "-r", repo, ...args]);
        return {
            setup: () => restic("init"),
            list: () => restic("snapshots"),
            put: (folder) => restic("backup", folder),
            restore(folder, target) {
                const time = restic("restore", "latest", "--path", folder, "--target", target + ".restic");
                spawnSync("mv", [join(target + ".restic", folder), target]);
                return time;
            },
        };
    },
    borg() {
        const repo = join(root, "borg");
        let n = 0;
        return {
            setup: () => run("borg", ["init", "-e", "repokey-blake2", repo]),
            list: () => run("borg", ["list", repo]),
            put: (folder) => run("borg", ["create", "-C", "zstd,3", `${repo}::${folder.split("/").pop()}-${n++}`, folder.split("/").pop()],
                { cwd: join(folder, "..") }),
            restore(folder, target) {
                const name = folder.split("/").pop();
                const list = spawnSync("borg", ["list", "--short", repo], { env, encoding: "utf8" }).stdout.trim().split("\n");
                const latest = list.filter((archive) => archive.startsWith(name)).pop();
                const into = target + ".borg";
                mkdirSync(into);
                const time = run("borg", ["extract", `${repo}::${latest}`], { cwd: into });
                spawnSync("mv", [join(into, name), target]);
                return time;
            },
        };
    },
    "rclone crypt"() {
        const conf = join(root, "rclone.conf");
        const rclone = (...args) => run("rclone", ["--config", conf, ...args]);
        return {
            setup() {
                const secret = spawnSync("rclone", ["obscure", "bench"], { encoding: "utf8" }).stdout.trim();
                writeFileSync(conf, `[c]\ntype = crypt\nremote = ${join(root, "rclone")}\npassword = ${secret}\n`);
            },
            list: () => rclone("lsf", "c:"),
            put: (folder) => rclone("copy", folder, `c:${folder.split("/").pop()}`),
            restore: (folder, target) => rclone("copy", `c:${folder.split("/").pop()}`, target),
        };
    },
    gocryptfs() {
        const cipher = join(root, "gocryptfs"), mount = join(root, "mount");
        let daemon;
        return {
            async setup() {
                mkdirSync(cipher);
                mkdirSync(mount);
                run("gocryptfs", ["-q", "-init", "-passfile", password, cipher]);
                // In the foreground, so that its memory can be read.
                daemon = spawn("gocryptfs", ["-q", "-fg", "-passfile", password, cipher, mount], { env, stdio: "ignore" });
                daemon.on("error", () => {});
                await until(() => readFileSync("/proc/mounts", "utf8").includes(` ${mount} `), "gocryptfs does not mount");
            },
            put: (folder) => copyAndSync(folder, mount, cipher),
            restore: (folder, target) => run("cp", ["-a", join(mount, folder.split("/").pop()), target]),
            otherMegabytes: () => peakOf(daemon),
            async stop() {
                if (!isRunning(daemon)) return;
                const ended = new Promise((done) => daemon.on("exit", done));
                if (spawnSync("fusermount3", ["-u", mount]).status !== 0) daemon.kill();
                await ended;
            },
        };
    },
    cp() {
        const to = join(root, "copy");
        return {
            setup: () => mkdirSync(to),
            put: (folder) => copyAndSync(folder, to, to),
            restore: (folder, target) => run("cp", ["-a", join(to, folder.split("/").pop()), target]),
        };
    },
};

const small = join(data, "small"), large = join(data, "large");
const steps = [
    ["a: small files", (tool) => tool.put(small)],
    ["b: large files", (tool) => tool.put(large)],
    ["c: unchanged, small", (tool) => tool.put(small)],
    ["c: unchanged, large", (tool) => tool.put(large)],
    ["d: one byte", (tool) => { changeOneByte(); return tool.put(large); }],
    ["e: restore small", (tool, out) => { const t = tool.restore(small, join(out, "small")); same(small, join(out, "small")); return t; }],
    ["e: restore large", (tool, out) => { const t = tool.restore(large, join(out, "large")); same(large, join(out, "large")); return t; }],
    ["start-up: list the top", (tool) => tool.list?.()],
    ["start-up, locked before", (tool) => tool.locked ? tool.locked() : tool.list?.()],
];

// The same start for every tool: memory that the page cache has used before (in a virtual machine fresh pages are dear),
// and no files removed a moment ago (ext4 without a journal does not use their inodes again for half a minute).
function settle() {
    const warm = join(root, "warm");
    const block = Buffer.alloc(1 << 20);
    const file = openSync(warm, "w");
    for (let i = 0; i < 4096 * scale; i++) writeSync(file, block);
    closeSync(file);
    rmSync(warm);
    spawnSync("sync");
    spawnSync("sleep", [scale >= 0.5 ? "40" : "1"]);
}

async function measure(name) {
    const tool = tools[name]();
    settle();
    const out = join(root, "out");
    mkdirSync(out);
    try {
        await tool.setup();
        const results = steps.map(([, step]) => step(tool, out));
        return { results, other: tool.otherMegabytes?.() };
    } catch (error) {
        return { error: error.message };
    } finally {
        await tool.stop?.();
        rmSync(out, { recursive: true, force: true });
        for (const left of ["obhut", "restic", "borg", "rclone", "gocryptfs", "copy", "cache"])
            rmSync(join(root, left), { recursive: true, force: true });
    }
}

function print(measured) {
    const names = ["obhut", ...kPeers].filter((name) => measured[name]?.results);
    console.log(`\n## peers (${cpus().length} × ${cpus()[0].model}; scale ${scale}; seconds, in brackets how many times Obhut's time)\n`);
    console.log(`| work | ${names.join(" | ")} |\n|---|${names.map(() => "---:|").join("")}`);
    steps.forEach(([title], i) => {
        const own = measured.obhut?.results?.[i]?.seconds;
        const cells = names.map((name) => {
            const seconds = measured[name].results[i]?.seconds;
            if (seconds === undefined || seconds === null) return "";
            return name === "obhut" || !own ? seconds.toFixed(2) : `${seconds.toFixed(2)} (${(seconds / own).toFixed(1)}×)`;
        });
        console.log(`| ${title} | ${cells.join(" | ")} |`);
    });
    const peak = (name) => Math.max(...measured[name].results.map((r) => r?.megabytes ?? 0)).toFixed(0);
    console.log(`| peak MB of the command | ${names.map(peak).join(" | ")} |`);
    const others = names.map((name) => measured[name].other?.toFixed(0) ?? "");
    console.log(`| peak MB of its server or mount | ${others.join(" | ")} |`);
    console.log("\nPutting waits for the disk: obhut, restic and borg do by themselves, cp (also into the mount of gocryptfs) is" +
        "\nfollowed by `sync -f`; rclone does not wait. Restoring waits for the disk with none of them.");
    for (const [name, { error }] of Object.entries(measured)) if (error) console.log(`\n${name} failed: ${error}`);
}

try {
    writeFileSync(password, "bench\n", { mode: 0o600 });
    if (!existsSync(data)) makeData();
    const results = kept && join(kept, `results-${scale}.json`);
    const measured = results && existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : {};
    for (const name of wanted) {
        process.stderr.write(`bench: ${name}\n`);
        measured[name] = await measure(name);
        if (results) writeFileSync(results, JSON.stringify(measured));
    }
    print(measured);
    process.exitCode = measured.obhut?.error ? 1 : 0;
} finally {
    if (existsSync(join(root, "mount"))) spawnSync("fusermount3", ["-u", join(root, "mount")], { stdio: "ignore" });
    rmSync(root, { recursive: true, force: true });
}
