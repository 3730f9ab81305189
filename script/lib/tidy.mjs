// The rules of docs/style.md that a program can check, over the files git knows. Each rule is a function from the list
// of files to findings; --self-test shows every rule a text that breaks it.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const kMaxFileLines = 600;
const kMaxFunctionLines = 70;
const kMaxColumns = 100;
const kMaxReadmeLines = 150;

const isCpp = (file) => /\.(cpp|h)$/.test(file.path);
const isTest = (file) => /_test\.cpp$|^tests\/|^bench\/|\/testing[./]|conformance|simulated_/.test(file.path);
const lines = (file) => file.text.split("\n");
const at = (file, index, what) => `${file.path}:${index + 1}: ${what}`;

// The numbers of the codes that a file defines, some of them on the next line.
const codesIn = (file) => [...file.text.matchAll(/constexpr Code \w+\{\s*(\d+),/g)].map(([, number]) => Number(number));

// A finding for each line that matches.
function grep(files, pattern, what) {
    return files.flatMap((file) =>
        lines(file).flatMap((line, i) => (pattern.test(line) ? [at(file, i, what)] : [])));
}

// Who may include whom. A folder not listed may include everything.
const kLayers = {
    "core/base": ["core/base"],
    "core/crypto": ["core/base", "core/crypto"],
    "core/directory": ["core/base", "core/crypto", "core/directory"],
    "core/space": ["core/base", "core/crypto", "core/directory", "core/space"],
    "core/tree": ["core/base", "core/crypto", "core/directory", "core/space", "core/tree"],
    "core/content": ["core/base", "core/crypto", "core/directory", "core/space", "core/tree", "core/content"],
    protocols: ["core/base", "core/crypto", "core/directory", "core/space", "protocols"],
    client: ["core", "protocols", "client"],
    apps: ["core", "protocols", "client", "apps"],
    platform: ["core/base", "core/crypto", "protocols", "client/ports", "platform"],
    server: ["core/base", "core/crypto", "core/directory", "core/space", "protocols", "platform", "server"],
    cli: ["core", "protocols", "client", "apps", "platform", "cli"],
};

// What holds keys: the server may not even see these headers.
const kKeyHeaders = /"core\/(crypto\/(object|box|keys|kdf|padding)|space\/(epoch|commit|build)|tree\/[^"]*|content\/[^"]*)\.h"/;

// Pages of other people's specifications.
const kForeignPages = /(signed-note|tlog-[a-z]+)\.md$/;

const rules = {
    "files are under 600 lines": (files) =>
        files.filter((f) => /\.(cpp|h|mjs|ts|tsx|sh)$/.test(f.path) && lines(f).length > kMaxFileLines)
            .map((f) => `${f.path}: ${lines(f).length} lines`),

    "lines of code are at most 100 columns": (files) =>
        files.filter((f) => isCpp(f) && !f.text.includes('R"(')).flatMap((file) =>
            lines(file).flatMap((line, i) =>
                [...line].length > kMaxColumns && !/["]|\/\//.test(line) ? [at(file, i, `${[...line].length} columns`)] : [])),

    "functions are under 70 lines": (files) =>
        files.filter((f) => f.path.endsWith(".cpp") && !isTest(f)).flatMap((file) => {
            const found = [];
            let start = -1;
            lines(file).forEach((line, i) => {
                const opens = /^[A-Za-z][^=]*\([^=]*$/.test(line) && !/\}$|;$|R"\(|^const(expr)? |^[A-Z]{2}|^(namespace|struct|class|enum|extern)/.test(line);
                if (opens && start < 0) start = i;
                if (/^\}/.test(line) && start >= 0) {
                    if (i - start >= kMaxFunctionLines) found.push(at(file, start, `${i - start + 1} lines`));
                    start = -1;
                }
            });
            return found;
        }),

    "headers begin with a comment and #pragma once": (files) =>
        files.filter((f) => f.path.endsWith(".h"))
            .filter((f) => !f.text.startsWith("//") || !f.text.includes("#pragma once"))
            .map((f) => f.path),

    "the include graph goes one way": (files) =>
        files.filter((f) => isCpp(f) && !isTest(f)).flatMap((file) => {
            const layer = Object.keys(kLayers).find((l) => file.path.startsWith(l + "/"));
            if (!layer) return [];
            return lines(file).flatMap((line, i) => {
                const include = line.match(/^#include "([^"]+)"/)?.[1];
                if (!include || kLayers[layer].some((l) => include.startsWith(l + "/"))) return [];
                return [at(file, i, `${layer} may not include ${include}`)];
            });
        }),

    "the server sees no header that holds a key": (files) =>
        grep(files.filter((f) => isCpp(f) && !isTest(f) && f.path.startsWith("server/")), kKeyHeaders, "holds keys"),

    "core, client and apps know no operating system": (files) =>
        grep(files.filter((f) => isCpp(f) && !isTest(f) && /^(core|client|apps)\//.test(f.path)),
            /#include <(unistd|sys\/|fcntl|pthread|thread|mutex|condition_variable|filesystem|fstream|iostream|signal|dirent|netinet)/,
            "operating-system header"),

    "core, client and apps throw nothing": (files) =>
        grep(files.filter((f) => isCpp(f) && !isTest(f) && /^(core|client|apps)\//.test(f.path)),
            /\bthrow\b(?![^"]*")|\btry \{|std::rand\b|system_clock|steady_clock/, "see docs/style.md"),

    "core shares no ownership": (files) =>
        grep(files.filter((f) => isCpp(f) && !isTest(f) && f.path.startsWith("core/")), /std::shared_ptr/, "shared_ptr"),

    "nothing banned": (files) =>
        grep(files.filter((f) => isCpp(f) && !isTest(f)), /using namespace (?!.*NOLINT)|std::regex|\bstrcpy\b|\bsprintf\b|\bgets\(|std::endl|#include <format>|#include <print>/,
            "banned"),

    "nothing left open": (files) =>
        grep(files.filter((f) => f.path !== "script/lib/tidy.mjs"), /\b(TODO|FIXME|XXX|HACK)\b/, "left open"),

    "error numbers are given once": (files) => {
        const seen = new Map();
        return files.filter((f) => /errors\.h$/.test(f.path)).flatMap((file) =>
            codesIn(file).flatMap((number) => {
                const before = seen.get(number);
                seen.set(number, file.path);
                return before ? [`${file.path}: ${number} stands in ${before}`] : [];
            }));
    },

    // An area that runs out of numbers gets a second range beside its first, here: E-1000 to E-1099.
    "error numbers lie where their file says": (files) =>
        files.filter((f) => /errors\.h$/.test(f.path) && codesIn(f).length > 0).flatMap((file) => {
            const said = [...file.text.split("\n#", 1)[0].matchAll(/E-(\d{4})(?: to E-(\d{4}))?/g)]
                .map(([, from, to]) => [Number(from), Number(to ?? from)]);
            return codesIn(file).filter((code) => !said.some(([from, to]) => from <= code && code <= to))
                .map((code) => `${file.path}: ${code} is in none of its ranges`);
        }),

    "check ids name a requirement and stand once": (files) => {
        const seen = new Map();
        return files.filter((f) => isCpp(f) && !isTest(f)).flatMap((file) =>
            [...file.text.matchAll(/\bVERIFY\(\s*"([^"]*)"/g)].flatMap(([, id]) => {
                if (file.path === "core/base/verify.h") return [];
                if (!/^SR-\d\d\/[a-z0-9-]+$/.test(id)) return [`${file.path}: ${id} is no check id`];
                const before = seen.get(id);
                seen.set(id, file.path);
                return before ? [`${file.path}: ${id} stands in ${before}`] : [];
            }));
    },

    "links in documents lead somewhere": (files) =>
        files.filter((f) => f.path.endsWith(".md")).flatMap((file) =>
            [...file.text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].flatMap(([, link]) => {
                if (/^[a-z]+:/.test(link)) return [];
                const target = normalize(join(dirname(file.path), link));
                return existsSync(target) ? [] : [`${file.path}: ${link}`];
            })),

    "pages and sections that are named are there": (files) => {
        const pages = files.filter((f) => f.path.endsWith(".md"));
        const named = (name) => pages.filter((page) => page.path === name || page.path.endsWith("/" + name));
        return files.filter((f) => f.path.startsWith("docs/") && f.path.endsWith(".md") || isCpp(f)).flatMap((file) =>
            [...file.text.replace(/\n\s*(\/\/)? ?/g, " ").matchAll(/((?:docs\/|`)[a-z/-]+\.md)`?,?(?: §+(\d+))?/g)].flatMap(([, name, section]) => {
                if (kForeignPages.test(name)) return [];
                const found = named(name.replace("`", ""));
                if (found.length === 0) return [`${file.path}: ${name} is not there`];
                if (!section || found.some((page) => new RegExp(`^## ${section}\\.`, "m").test(page.text))) return [];
                return [`${file.path}: ${name} has no §${section}`];
            }));
    },

    "the README is short and names the two commands": (files) =>
        files.filter((f) => f.path === "README.md").flatMap((file) => [
            ...(lines(file).length > kMaxReadmeLines ? [`${file.path}: ${lines(file).length} lines`] : []),
            ...["script/run", "script/test"].filter((s) => !file.text.includes(s)).map((s) => `${file.path}: no ${s}`),
        ]),
};

// One broken example per rule, for the self-test.
const examples = {
    "files are under 600 lines": { path: "core/base/a.cpp", text: "\n".repeat(601) },
    "lines of code are at most 100 columns": { path: "core/base/a.cpp", text: "x".repeat(101) },
    "functions are under 70 lines": { path: "core/base/a.cpp", text: `void f() {\n${"    ;\n".repeat(70)}}\n` },
    "headers begin with a comment and #pragma once": { path: "core/base/a.h", text: "int x;" },
    "the include graph goes one way": { path: "core/base/a.cpp", text: '#include "core/crypto/hash.h"' },
    "the server sees no header that holds a key": { path: "server/a.cpp", text: '#include "core/crypto/box.h"' },
    "core, client and apps know no operating system": { path: "client/a.cpp", text: "#include <unistd.h>" },
    "core, client and apps throw nothing": { path: "core/tree/a.cpp", text: "throw 1;" },
    "core shares no ownership": { path: "core/tree/a.cpp", text: "std::shared_ptr<int> p;" },
    "nothing banned": { path: "cli/a.cpp", text: "using namespace std;" },
    "nothing left open": { path: "cli/a.cpp", text: "// TO" + "DO" },
    "error numbers are given once": {
        path: "a/errors.h", text: "inline constexpr Code a{1, K};\ninline constexpr Code b{1, K};" },
    "error numbers lie where their file says": {
        path: "a/errors.h", text: "// E-0600 to E-0699, and E-1000 to E-1099.\ninline constexpr Code a{\n    700, K};" },
    "check ids name a requirement and stand once": { path: "cli/a.cpp", text: 'VERIFY("SR-1/x", true, e);' },
    "links in documents lead somewhere": { path: "docs/a.md", text: "[x](nowhere.md)" },
    "pages and sections that are named are there": { path: "docs/a.md", text: "see `nowhere.md` §1" },
    "the README is short and names the two commands": { path: "README.md", text: "script/run" },
};

function selfTest() {
    const silent = Object.keys(rules).filter((name) => !examples[name] || rules[name]([examples[name]]).length === 0);
    silent.forEach((name) => console.log(`FAILED: does not notice its example: ${name}`));
    return silent.length;
}

function tracked() {
    return execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
        .split("\0").filter((path) => path && existsSync(path) && !/^LICENSE|package-lock|\.(bin|png|svg)$|\/corpus\//.test(path))
        .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

const files = process.argv[2] === "--self-test" ? [] : tracked();
let failed = selfTest();
let passed = Object.keys(rules).length - failed;
for (const [name, rule] of Object.entries(rules)) {
    if (process.argv[2] === "--self-test") break;
    const findings = rule(files);
    findings.length === 0 ? passed++ : failed++;
    if (findings.length === 0) continue;
    console.log(`FAILED: ${name}`);
    findings.slice(0, 20).forEach((finding) => console.log(`    ${finding}`));
    if (findings.length > 20) console.log(`    … and ${findings.length - 20} more`);
}
if (process.argv[2] !== "--self-test") {
    const { status, stdout } = spawnSync(process.execPath, ["script/lib/requirements.mjs", "--check"], { encoding: "utf8" });
    status === 0 ? passed++ : failed++;
    if (status !== 0) console.log(`FAILED: every requirement is shown by tests or waits for something\n${stdout}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
