// Writes docs/requirements.md from the source: for each SR row of docs/threat-model.md the checks that guard it and the
// tests named after it. --check fails when the document is not what the source says.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

// Rows that wait for a part that does not exist yet.
const kWaiting = { "SR-20": "mail", "SR-31": "the update channel" };

const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.cpp", "*.h", "*.sh", "*.mjs"],
    { encoding: "utf8" }).split("\0").filter(Boolean);
const rows = [...readFileSync("docs/threat-model.md", "utf8").matchAll(/^\| (SR-\d\d) \| [^|]* \| ([^|]*) \|$/gm)]
    .map(([, id, what]) => ({ id, what: what.trim(), checks: [], tests: [] }));

// rowOf finds the row that a check or test names; one without a row shows nothing.
const strays = [];
const rowOf = (id, what) => rows.find((row) => row.id === id) ?? void strays.push(`${what} names ${id}, which is no row`);

for (const path of files) {
    const text = readFileSync(path, "utf8");
    if (path !== "core/base/verify.h" && !path.endsWith("_test.cpp"))
        for (const [, row, name] of text.matchAll(/\bVERIFY\(\s*"(SR-\d\d)\/([^"]+)"/g))
            rowOf(row, `the check ${name}`)?.checks.push(`\`${name}\``);
    for (const [, name] of text.matchAll(/^TEST\((sr_?\d\d\w*)\)/gim))
        rowOf(`SR-${name.match(/\d\d/)[0]}`, `the test ${name}`)?.tests.push(`${name} (${path})`);
}

// A row is shown by tests of its own, or says what it waits for; a check belongs to a row.
const untested = rows.filter(({ id, tests }) => !tests.length && !kWaiting[id]).map(({ id }) => id);

const table = rows.map(({ id, what, checks, tests }) => {
    const shown = tests.length ? tests.join("<br>") : checks.length ? "unit tests beside the checks" : "—";
    const waits = kWaiting[id] ? `waits for ${kWaiting[id]}` : checks.length || tests.length ? "" : "no check of its own yet";
    return `| ${id} | ${what} | ${checks.sort().join(", ") || "—"} | ${shown} | ${waits} |`;
});
const text = `# Requirements and where they are shown

Written by \`script/requirements\` from the source; do not edit. A check is a \`VERIFY\` with that name; \`script/kill-checks\` proves that a test fails without it.
Tests are hostile tests named after the requirement.

| id | what must hold | checks | hostile tests | open |
|---|---|---|---|---|
${table.join("\n")}
`;

if (process.argv[2] === "--check") {
    for (const id of untested) console.log(`${id} has no test named after it, and does not say what it waits for`);
    for (const stray of strays) console.log(stray);
    const stale = readFileSync("docs/requirements.md", "utf8") !== text;
    if (stale) console.log("docs/requirements.md is not what the source says: run script/requirements");
    process.exit(stale || untested.length || strays.length ? 1 : 0);
} else {
    writeFileSync("docs/requirements.md", text);
}
