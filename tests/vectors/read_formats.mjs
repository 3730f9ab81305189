// Reads docs/protocol/vectors with nothing but Node and what docs/protocol says: none of our code. What this program
// can check, another client can. Not done here: Argon2id, X-Wing and zstd, which others specify; the vectors hold what
// comes out of them, or the C++ tests have their vectors. Ends with "N passed, N failed".
//
//     node tests/vectors/read_formats.mjs
import { createDecipheriv, createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const kFolder = join(dirname(fileURLToPath(import.meta.url)), "../../docs/protocol/vectors");
const hex = (text) => Buffer.from(text, "hex");
const page = (name) => JSON.parse(readFileSync(join(kFolder, `${name}.json`), "utf8"));
const H = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const zero = (size) => Buffer.alloc(size);
const same = (a, b, what) => { if (!Buffer.from(a).equals(Buffer.from(b))) throw new Error(`${what}: ${Buffer.from(a).toString("hex").slice(0, 80)} is not ${Buffer.from(b).toString("hex").slice(0, 80)}`); };
const is = (condition, what) => { if (!condition) throw new Error(what); };

// ---- encoding.md

const be = (size, value) => { const out = Buffer.alloc(8); out.writeBigUInt64BE(BigInt(value)); return out.subarray(8 - size); };
const LP = (part) => Buffer.concat([be(4, part.length), part]);
const info = (label, ...parts) => Buffer.concat([Buffer.from(label), ...parts].map(LP));
const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
function expand(key, about, length) {
    const blocks = [];
    for (let before = zero(0), i = 1; blocks.length * 32 < length; ++i) blocks.push(before = hmac(key, before, about, be(1, i)));
    return Buffer.concat(blocks).subarray(0, length);
}
const hkdf = (input, about, length) => expand(hmac(zero(32), input), about, length);
const labelled = (label, ...parts) => H(Buffer.from(label), zero(1), ...parts);
const keyId = (key) => labelled("obhut/v1/crypto/public-key/id", key);

const ed25519 = (key) => createPublicKey({ key: Buffer.concat([hex("302a300506032b6570032100"), key]), format: "der", type: "spki" });
function signed(label, org, key, payload, signature) {
    const message = Buffer.concat([Buffer.from(label), zero(1), be(1, 1), org, keyId(key), H(payload)]);
    is(verify(null, message, ed25519(key), signature), `signature under ${label}`);
}

class Tagged { constructor(tag, value) { this.tag = tag; this.value = value; } }

// cbor decodes one deterministic item that fills the bytes; maps become Map.
function cbor(bytes) {
    let at = 0;
    const take = (size) => { is(at + size <= bytes.length, "cut off"); at += size; return bytes.subarray(at - size, at); };
    function head() {
        const [first] = take(1);
        const major = first >> 5, small = first & 31;
        is(small < 28, "indefinite length");
        if (small < 24) return { major, value: small, small };
        const value = BigInt(`0x${take(1 << (small - 24)).toString("hex")}`);
        is(major === 7 || value >= [24n, 256n, 65536n, 4294967296n][small - 24], "long form");
        return { major, value: value < 2n ** 53n ? Number(value) : value, small };
    }
    function item(depth) {
        is(depth <= 16, "too deep");
        const { major, value, small } = head();
        if (major === 0) return value;
        if (major === 1) return -1 - value;
        if (major === 2) return Buffer.from(take(value));
        if (major === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(value));
        if (major === 4) return Array.from({ length: value }, () => item(depth + 1));
        if (major === 6) return new Tagged(value, item(depth + 1));
        if (major === 7) { is(small >= 20 && small <= 22, "no such simple value"); return [false, true, null][small - 20]; }
        const map = new Map();
        for (let before = null, i = 0; i < value; ++i) {
            const begin = at, key = item(depth + 1), encoded = bytes.subarray(begin, at);
            is(before === null || Buffer.compare(before, encoded) < 0, "keys out of order");
            before = encoded;
            map.set(key, item(depth + 1));
        }
        return map;
    }
    const value = item(0);
    is(at === bytes.length, "bytes after the end");
    return value;
}


// fields demands exactly these keys of a record, those with "?" if they like.
function fields(record, ...names) {
    const known = new Map(names.map((name) => [parseInt(name.replace("?", "")), name.startsWith("?")]));
    for (const key of record.keys()) is(key < 0 || known.has(key), `unknown field ${key}`);
    for (const [key, optional] of known) is(optional || record.has(key), `field ${key} is missing`);
    return record;
}

// ---- object.md

function openAead(material, ciphertext) {
    const cipher = createDecipheriv("chacha20-poly1305", material.subarray(0, 32), zero(12), { authTagLength: 16 });
    cipher.setAuthTag(ciphertext.subarray(-16));
    return Buffer.concat([cipher.update(ciphertext.subarray(0, -16)), cipher.final()]);
}
function openObject({ label, org, space = zero(16), type, key }, object) {
    is(object.length >= 51 && object[0] === 1 && object[1] === 1 && object[2] === type, "head of an object");
    const material = expand(key, info(label, be(1, 1), org, space, be(1, type)), 64);
    same(object.subarray(3, 35), material.subarray(32), "commitment");
    return openAead(material, object.subarray(35));
}
const reference = (value) => {
    is(value instanceof Tagged && value.tag === 4242 && value.value.length === 3, "reference");
    const [id, key, size] = value.value;
    return { id, key, size };
};
function openBy({ id, key, size }, place, object) {
    same(H(object), id, "id of an object");
    is(object.length === size + 51, "size of an object");
    return openObject({ ...place, key }, object);
}
function unpad(padded) {
    let end = padded.length;
    while (end > 0 && padded[end - 1] === 0) --end;
    is(padded[end - 1] === 0x80, "padding");
    return padded.subarray(0, end - 1);
}
function padme(length) {
    if (length < 2) return length;
    const e = Math.floor(Math.log2(length)), s = Math.floor(Math.log2(e)) + 1;
    const unit = 2 ** Math.max(0, e - s);
    return Math.ceil(length / unit) * unit;
}
const inSpace = "obhut/v1/object/space/key";

// ---- RFC 6962

const leafHash = (leaf) => H(zero(1), leaf);
function treeRoot(hashes) {
    if (hashes.length === 0) return H();
    if (hashes.length === 1) return hashes[0];
    let split = 1;
    while (split * 2 < hashes.length) split *= 2;
    return H(be(1, 1), treeRoot(hashes.slice(0, split)), treeRoot(hashes.slice(split)));
}

// ---- directory.md

function openNote(text, org, logKey) {
    const [head, tail] = text.split("\n\n");
    const [origin, size, root, incarnation, time] = head.split("\n");
    is(origin === `obhut/log/${org.toString("hex")}`, "origin");
    const [, name, base64] = tail.match(/^— (\S+) (\S+)\n$/);
    const raw = Buffer.from(base64, "base64");
    same(raw.subarray(0, 4), H(Buffer.from(`${name}\n`), be(1, 1), logKey).subarray(0, 4), "key hash of a note");
    is(verify(null, Buffer.from(`${head}\n`), ed25519(logKey), raw.subarray(4)), "signature of a note");
    return { size: Number(size), root: Buffer.from(root, "base64"), incarnation: +incarnation.split(" ")[1], time: +time.split(" ")[1] };
}
const deviceId = (keys) => labelled("obhut/v1/directory/device/id", keys.get(1), keys.get(2), keys.get(3)).subarray(0, 16);
const kemHash = (key) => labelled("obhut/v1/crypto/kem-key/id", key);
const kSigners = { 1: "root", 2: "root", 4: "root", 10: "root", 14: "enrolment", 20: "device", 21: "device", 40: "device", 50: "device" };

// What a body holds, by kind, and the principal's boxes that it names.
const kBodies = {
    1: ["1", "2", "3"], 2: ["1"], 4: ["1", "2", "3", "4"], 10: ["1", "2", "3", "4"], 14: ["1", "2", "3", "4", "5"],
    20: ["1", "2", "3", "4", "?5"], 21: ["1", "2", "3", "4"], 40: ["1", "2"], 50: ["1", "2", "3", "4", "5"],
};

function readDirectory() {
    const p = page("directory");
    const org = hex(p.organisation), keys = new Map(), leaves = [], bodies = [];
    const learn = (key) => keys.set(keyId(key).toString("hex"), key);
    for (const entry of p.entries) {
        const leaf = hex(entry.leaf), outer = fields(cbor(leaf), "1", "2", "3");
        is(outer.get(1) === 1, "suite");
        const inner = fields(cbor(outer.get(2)), "1", "2", "?3", "4");
        const [kind, body] = inner.get(4);
        fields(body, ...kBodies[kind]);
        bodies.push({ kind, body, time: inner.get(2), previous: inner.get(1), leaf });
        if (kind === 1) learn(body.get(1));
        if (kind === 10) learn(body.get(3));
        if (kind === 14 || kind === 20) learn(body.get(2).get(1));
        for (const signature of outer.get(3)) {
            const key = keys.get(signature.get(1).toString("hex"));
            is(key, `entry of kind ${kind} is signed by a key that the log has`);
            signed("obhut/v1/directory/entry/sign", org, key, outer.get(2), signature.get(2));
        }
        is(outer.get(3).length === (kSigners[kind] === "enrolment" ? 2 : 1), "number of signatures");
        leaves.push(leafHash(leaf));
        same(treeRoot(leaves), hex(entry.root), "root of the log");
    }
    return { p, org, bodies, leaves };
}

const tests = {
    "encoding: records are read, others refused"() {
        const p = page("encoding");
        for (const { bytes } of p.records) fields(cbor(hex(bytes)), "1", "2", "?3");
        for (const { why, bytes } of p.refused) {
            let refused = false;
            try { fields(cbor(hex(bytes)), "1", "2", "?3"); } catch { refused = true; }
            is(refused, `not refused: ${why}`);
        }
    },
    "encoding: signature, address, typed text"() {
        const { signature: s, address, typed_text: typed } = page("encoding");
        same(keyId(hex(s.public_key)), hex(s.key_id), "key id");
        signed(s.label, hex(s.org), hex(s.public_key), hex(s.payload), hex(s.signature));
        const lower = address.address.replace(/[A-Z]/g, (c) => c.toLowerCase());
        same(labelled("obhut/v1/directory/email/hash", hex(address.salt), Buffer.from(lower)), hex(address.hash), "hash of an address");
        same(readTyped(typed.prefix, typed.text), hex(typed.body), "typed text");
    },
    "object: sealed objects open, padding, size classes"() {
        const p = page("object");
        for (const o of p.objects)
            same(openBy({ id: hex(o.id), key: hex(o.object_key), size: o.padded_size }, { label: o.label, org: hex(o.org), space: hex(o.space), type: o.type }, hex(o.object)),
                hex(o.plaintext), o.what);
        same(unpad(hex(p.objects[0].plaintext)), hex(p.unpadded), "padding");
        for (const [length, padded] of p.padme) is(padme(length) === padded, `PADMÉ(${length}) = ${padme(length)}`);
    },
    "object: a box opens with the shared secret"() {
        const { box: b } = page("object");
        const box = hex(b.box);
        same(kemHash(hex(b.public_key)), hex(b.hash_of_public_key), "hash of a KEM key");
        is(box.length === 1202 && box[0] === 1 && box[1] === 1, "head of a box");
        const material = expand(hex(b.shared_secret), info(b.label, be(1, 1), hex(b.org), hex(b.hash_of_public_key), hex(b.context)), 64);
        same(box.subarray(1122, 1154), material.subarray(32), "commitment of a box");
        same(openAead(material, box.subarray(1154)), hex(b.content), "content of a box");
    },
    "tree: all entries are found from the root"() {
        const p = page("tree");
        const { entries, nodes } = readTree({ id: hex(p.root.id), key: hex(p.root.object_key), size: p.root.padded_size }, hex(p.org), hex(p.space), p.objects);
        is(nodes > 2, "more than one level");
        sameEntries(entries, p.entries);
    },
    "content: a lone chunk, and a long file with holes"() {
        const p = page("content"), place = { label: inSpace, org: hex(p.org), space: hex(p.space) };
        const chunk = (c, size) => {
            const r = { id: hex(c.reference.id), key: hex(c.reference.object_key), size: c.reference.padded_size };
            const padded = openBy(r, { ...place, type: 2 }, hex(c.object));
            same(H(hex(c.plaintext)), hex(c.hash), "hash of a chunk");
            is(hex(c.plaintext).length === size && padded.subarray(c.stored).every((byte) => byte === 0), "length and padding of a chunk");
            if (c.coding === 0) same(padded.subarray(0, c.stored), hex(c.plaintext), "bytes of a chunk");
            else is(c.stored < size && padded.readUInt32LE(0) === 0xfd2fb528, "a zstd frame");
        };
        const lone = p.lone_chunk;
        is(lone.coding === 0 && lone.reference.padded_size === Math.max(4096, padme(5000)), "size class of a lone chunk");
        chunk(lone, 5000);
        const { size, chunk_size, chunks, manifest_page, record } = p.long_file;
        const content = fields(cbor(hex(record)), "1", "2", "?3", "?4", "?5"), top = content.get(4);
        is(content.get(1) === size && top.tag === 4243, "record of a long file");
        const [r, topSize, topChunk, height, sparse] = top.value;
        is(topSize === size && topChunk === chunk_size && height === 0 && sparse === true, "top of a manifest");
        const [pageHeight, first, items] = cbor(unpad(openBy(reference(r), { ...place, type: 3 }, hex(manifest_page))));
        is(pageHeight === 0 && first === 0 && items.length === 3 && items[1] === 2, "page of a manifest");
        const hashed = [Buffer.from("obhut/v1/content/file/root"), zero(1), be(8, size), be(4, chunk_size)];
        items.forEach((item) => hashed.push(item instanceof Map ? Buffer.concat([be(1, 1), fields(item, "1", "2", "3", "4").get(1)]) : Buffer.concat([be(1, 0), be(8, item)])));
        same(H(...hashed), content.get(2), "hash of a long file");
        [items[0], items[2]].forEach((item, i) => {
            same(item.get(1), hex(chunks[i].hash), "chunk in the manifest");
            same(reference(item.get(2)).id, hex(chunks[i].reference.id), "reference in the manifest");
            is(chunks[i].reference.padded_size % (chunk_size / 4) === 0, "size class of a chunk among others");
            chunk(chunks[i], i === 0 ? chunk_size : size % chunk_size);
        });
    },
    "directory: identifiers, entries, signatures, roots"() {
        const { p, org, bodies } = readDirectory();
        const root = bodies[0].body;
        same(labelled("obhut/v1/directory/organisation/id", root.get(1), root.get(2)).subarray(0, 16), org, "organisation id");
        same(labelled("obhut/v1/directory/root/fingerprint", root.get(1), root.get(2)), hex(p.root_fingerprint), "root fingerprint");
        const invited = bodies.find((entry) => entry.kind === 10).body;
        same(labelled("obhut/v1/directory/email/hash", hex(p.address_salt), Buffer.from(p.address)), invited.get(2), "invited address");
        const enrolled = bodies.find((entry) => entry.kind === 14).body;
        same(deviceId(enrolled.get(2)), hex(p.device.device_id), "device id");
        same(deviceId(enrolled.get(4).get(1)), hex(p.kit.device_id), "id of the kit");
        same(enrolled.get(2).get(3), kemHash(hex(p.device.kem_key)), "KEM key of the device");
        // each entry names the one before about the same subject
        const newest = new Map();
        const subject = (kind) => kind === 1 ? "root" : kind === 4 ? "policy" : kind >= 50 ? "group" : "user";
        for (const { kind, previous, leaf } of bodies) {
            same(previous, newest.get(subject(kind)) ?? zero(32), `predecessor of an entry of kind ${kind}`);
            newest.set(subject(kind), leafHash(leaf));
        }
    },
    "directory: notes, boxes and key links"() {
        const { p, org, bodies, leaves } = readDirectory();
        for (const text of p.notes) {
            const note = openNote(text, org, hex(p.log_key));
            same(treeRoot(leaves.slice(0, note.size)), note.root, "root in a note");
            is(note.time === bodies[note.size - 1].time && note.incarnation === 1, "time of a note");
        }
        const stated = [bodies.find((entry) => entry.kind === 14).body.get(5), bodies.find((entry) => entry.kind === 40).body.get(2)];
        p.generations.forEach((generation, i) => {
            same(kemHash(hex(generation.key)), stated[i].get(2), "key of a generation");
            same(treeRoot(generation.boxes.map((box) => leafHash(Buffer.concat([hex(box.holder), hex(box.box)])))), stated[i].get(4), "root of the boxes");
        });
        same(H(hex(p.generations[0].box_of_second_device)), bodies.find((entry) => entry.kind === 20).body.get(5), "box of the added device");
        const [first, second] = p.generations, link = hex(second.link);
        same(H(link), stated[1].get(3), "hash of the key link");
        const principal = Buffer.concat([be(1, 1), hex(p.user)]);
        const key = expand(hex(second.secret), info("obhut/v1/generation/previous/key", org, principal, be(8, 2)), 32);
        same(openObject({ label: "obhut/v1/object/generation/key", org, type: 15, key }, link), hex(first.secret), "secret of the generation before");
    },
    "space: the chain, its keys, and what a commit seals"() {
        const p = page("space"), org = hex(p.organisation), space = hex(p.space), genesis = hex(p.genesis), d = page("directory");
        same(H(genesis).subarray(0, 16), space, "space id");
        fields(cbor(genesis), "1", "3", "4");
        const home = fields(cbor(hex(p.group_home.genesis)), "1", "5");
        same(home.get(1), org, "organisation of a group's home"), same(home.get(5), hex(p.group_home.group), "group of its home");
        same(H(hex(p.group_home.genesis)).subarray(0, 16), hex(p.group_home.space), "id of a group's home");
        let before = H(genesis), roster = H(genesis), epoch = 0, commits = 0;
        const labels = { 1: "obhut/v1/space/roster/sign", 2: "obhut/v1/space/commit/sign", 3: "obhut/v1/space/mark/sign" };
        p.links.forEach(({ bytes, hash }, i) => {
            const link = fields(cbor(hex(bytes)), "1", "2", "3", "4"), kind = link.get(1), payload = cbor(link.get(2));
            same(H(hex(bytes)), hex(hash), "hash of a link");
            same(link.get(3), keyId(hex(p.signing_key)), "signer of a link");
            signed(labels[kind], org, hex(p.signing_key), link.get(2), link.get(4));
            const header = fields(payload.get(1), "1", "2", "3", "4", "5", "6", "7", "8");
            same(header.get(1), space, "space of a link");
            is(header.get(2) === i + 1, "sequence");
            same(header.get(3), before, "previous");
            same(header.get(5), roster, "newest roster entry");
            openNote(header.get(6).toString("utf8"), org, hex(d.log_key));
            before = H(hex(bytes));
            if (kind !== 2) roster = before;
            if (kind === 1) checkEpoch(p, org, space, payload, ++epoch);
            if (kind === 2) checkCommit(p, org, space, payload, epoch, p.lists[commits++]);
        });
        is(epoch === 2 && commits === 2, "two epochs, two commits");
    },
    "kit: unlocking, blobs, keys and texts"() {
        const p = page("kit"), secret = hex(p.account_secret);
        same(hkdf(secret, info("obhut/v1/kit/argon2id/salt"), 16), hex(p.salt), "salt");
        const input = Buffer.concat([hex(p.stretched), secret]);
        for (const part of ["auth", "wrap"]) {
            same(hkdf(input, info(`obhut/v1/kit/password/${part}`, be(8, 1)), 32), hex(p.by_password[part]), `${part} by password`);
            same(expand(hex(p.recovery_key), info(`obhut/v1/kit/recovery/${part}`), 32), hex(p.by_recovery[part]), `${part} by recovery key`);
        }
        for (const [blob, wrap] of [[p.password_blob, p.by_password.wrap], [p.recovery_blob, p.by_recovery.wrap]]) {
            const key = expand(hex(wrap), info("obhut/v1/kit/blob/key", hex(blob).subarray(0, 32)), 32);
            const padded = openObject({ label: "obhut/v1/object/kit/key", org: zero(16), type: 8, key }, hex(blob).subarray(32));
            is(padded.length % 1024 === 0, "padding of a blob");
            const content = fields(cbor(unpad(padded)), "1", "2", "3", "?4", "5");
            same(content.get(1), hex(p.organisation), "organisation in a blob");
            same(content.get(2), hex(p.user), "user in a blob");
            same(content.get(5), hex(p.seed), "seed in a blob");
        }
        for (const [label, value] of [["sign", p.signing_seed], ["request", p.request_seed], ["kem", p.kem_secret]])
            same(expand(hex(p.seed), info(`obhut/v1/kit/seed/${label}`), 32), hex(value), `${label} key of the kit`);
        checkTexts(p);
    },
    "links: URL, keys and record"() {
        const { organisation, links } = page("links");
        for (const l of links) {
            const [, id, fragment] = l.url.match(/\/l\/([0-9a-f]{32})#([\w-]{44})$/);
            const raw = Buffer.from(fragment, "base64url");
            is(raw[0] === (l.password ? 2 : 1) && id === l.id, "version of a URL");
            same(raw.subarray(1), hex(l.secret), "secret in a URL");
            if (l.password) same(expand(hex(l.secret), info("obhut/v1/link/password/salt", hex(id)), 16), hex(l.salt), "salt of a link");
            const input = Buffer.concat([l.password ? hex(l.stretched) : zero(0), hex(l.secret)]);
            for (const part of ["read", "auth", "commitment"]) same(hkdf(input, info(`obhut/v1/link/secret/${part}`, hex(id)), 32), hex(l[part]), part);
            same(H(hex(l.auth)), hex(l.auth_hash), "what the server keeps");
            const sealed = hex(l.sealed_record);
            same(sealed.subarray(0, 32), hex(l.commitment), "commitment of a record");
            const key = expand(hex(l.read), info("obhut/v1/link/secret/read", sealed.subarray(32, 64)), 32);
            const record = unpad(openObject({ label: "obhut/v1/object/link/key", org: hex(organisation), type: 12, key }, sealed.subarray(64)));
            same(record, hex(l.record), "record");
            const read = fields(cbor(record), "1", "2", "3", "4", "5", "6", "7", "8", "?9", "?10", "?11", "?12", "?13", "?14", "?15");
            is(read.get(4) === 1 && read.has(9) && read.get(3).equals(hex(id)), "a file's link");
        }
    },
    "drops: letters of a colleague and by a link"() {
        const p = page("drops"), org = hex(p.organisation);
        for (const d of p.drops) {
            const bytes = hex(d.drop), drop = fields(cbor(bytes), "1", "?2", "3", "4", "5");
            same(H(bytes), hex(d.id), "id of a drop");
            same(drop.get(3), kemHash(hex(p.kem_key)), "key of a drop");
            const context = Buffer.concat([drop.get(1), drop.get(2) ?? zero(0)]), box = drop.get(4);
            const material = expand(hex(d.shared_secret), info("obhut/v1/box/drop/key", be(1, 1), org, drop.get(3), context), 64);
            same(box.subarray(1122, 1154), material.subarray(32), "commitment of a drop's box");
            const key = openAead(material, box.subarray(1154));
            const padded = openObject({ label: "obhut/v1/object/drop/key", org, type: 11, key }, drop.get(5));
            const outer = fields(cbor(unpad(padded)), "1", "?2"), payload = outer.get(1);
            same(payload, hex(d.letter), "letter");
            const letter = fields(cbor(payload), "1", "2", "?3", "4", "5", "?6", "?7", "?8", "9", "10", "11", "?12");
            if (letter.has(12)) {
                const wish = fields(letter.get(12), "1", "2", "3");
                is(wish.get(1).length === 17 && letter.get(10) === "" && letter.get(11).length === 0, "a wish is alone in its letter");
            }
            same(H(org, letter.get(2), letter.get(3) ?? zero(16), letter.get(7) ?? zero(16), letter.get(5)), hex(d.letter_id), "id of a letter");
            is(drop.has(2) !== outer.has(2), "a colleague signs, a visitor does not");
            if (outer.has(2)) signed("obhut/v1/inbox/drop/sign", org, hex(p.signing_key), payload, outer.get(2));
        }
        const statement = fields(cbor(hex(p.statement)), "1", "2", "3", "4", "5", "6", "7", "8");
        same(statement.get(4), hex(p.kem_key), "key in a statement");
        signed("obhut/v1/inbox/key/sign", org, hex(p.signing_key), hex(p.statement), hex(p.statement_signature));
    },
    "http: a signed request"() {
        const p = page("http");
        is(p.headers["content-digest"] === `sha-256=:${H(hex(p.body)).toString("base64")}:`, "digest");
        const parameters = p.headers["signature-input"].replace(/^obhut=/, "");
        const base = [`"@method": ${p.method}`, `"@path": ${p.path}`, `"@query": ?${p.query}`, `"content-digest": ${p.headers["content-digest"]}`,
            `"@signature-params": ${parameters}`].join("\n");
        is(base === p.signature_base, "signature base");
        is(parameters.includes(`keyid="${p.device}"`) && parameters.endsWith(`tag="obhut/v1/${p.organisation}"`), "parameters");
        const signature = Buffer.from(p.headers.signature.match(/^obhut=:(.*):$/)[1], "base64");
        is(verify(null, Buffer.from(base), ed25519(hex(p.request_key)), signature), "signature of a request");
    },
};

// ---- kit.md §1

function readTyped(prefix, text) {
    const letters = text.replace(/\s/g, "").toLowerCase();
    is(letters.startsWith(`${prefix}-`), `prefix ${prefix}`);
    const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    let bits = "";
    for (const letter of letters.slice(prefix.length + 1).replace(/-/g, "")) bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
    const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    is(bytes[0] === 1, "version of a text");
    same(bytes.subarray(-4), H(Buffer.from(prefix), bytes.subarray(0, -4)).subarray(0, 4), `checksum of ${prefix}`);
    return bytes.subarray(1, -4);
}
function checkTexts(p) {
    const t = p.texts;
    const account = readTyped("obhut-account", t.emergency_kit.match(/obhut-account-\S+/)[0]);
    same(account, Buffer.concat([be(1, 1), hex(p.account_secret)]), "account secret");
    same(readTyped("obhut-recovery", t.emergency_kit.match(/obhut-recovery-\S+/)[0]), hex(p.recovery_key), "recovery key");
    same(readTyped("obhut-root", t.emergency_kit.match(/obhut-root-\S+/)[0]), hex(p.root_fingerprint), "root fingerprint");
    const qr = fields(cbor(readTyped("obhut-kit", t.emergency_kit_qr)), "1", "2", "3", "4", "5");
    same(qr.get(2), hex(p.account_secret), "account secret in the QR code");
    const invitation = fields(cbor(readTyped("obhut-invitation", t.invitation)), "1", "2", "3", "4", "5", "6", "?7");
    same(invitation.get(6), hex(t.invitation_secret), "secret of an invitation");
    const key = ed25519FromSeed(hkdf(hex(t.invitation_secret), info("obhut/v1/invitation/secret/sign", hex(p.organisation)), 32));
    same(key, hex(t.invitation_key), "key of an invitation");
    same(readTyped("obhut-link", t.linking_code), Buffer.concat([hex(t.linking_offer_hash), hex(t.linking_secret)]), "linking code");
    const root = t.root_kit.split("\n").filter((line) => line && !line.startsWith("#"));
    const head = fields(cbor(readTyped("obhut-organisation", root[0])), "1", "2", "3");
    same(head.get(2), hex(p.organisation), "organisation of a root kit");
    const seeds = page("directory");
    [seeds.root_seed, seeds.next_root_seed].forEach((seed, i) => {
        const block = readTyped("obhut-seed", root[1 + 2 * i]), recovery = readTyped("obhut-seedkey", root[2 + 2 * i]);
        is(block[0] === i + 1, "which seed");
        const wrap = expand(recovery, info("obhut/v1/root-kit/recovery/wrap", hex(p.root_fingerprint), be(8, i + 1)), 32);
        same(openObject({ label: "obhut/v1/object/kit/key", org: hex(p.organisation), type: 9, key: wrap }, block.subarray(1)), hex(seed), "seed of a root kit");
    });
}
function ed25519FromSeed(seed) {
    const key = createPublicKey({ key: Buffer.concat([hex("302e020100300506032b657004220420"), seed]), format: "der", type: "pkcs8" });
    return key.export({ format: "der", type: "spki" }).subarray(-32);
}

// ---- tree.md

function readTree(root, org, space, objects) {
    const byId = new Map(objects.map((object) => [H(hex(object)).toString("hex"), hex(object)]));
    const find = ({ id }) => { const object = byId.get(id.toString("hex")); is(object, "an object is missing"); return object; };
    const place = { label: inSpace, org, space };
    const entries = [];
    let nodes = 0;
    (function walk(to, level, count) {
        const padded = openBy(to, { ...place, type: 1 }, find(to));
        is([2048, 4096, 8192].includes(padded.length), "size class of a node");
        const [own, items] = cbor(unpad(padded));
        is(level === null || own === level, "level of a node");
        const begin = entries.length;
        ++nodes;
        let key = zero(0);
        for (const [shared, suffix, ...rest] of items) {
            key = Buffer.concat([key.subarray(0, shared), suffix]);
            if (own > 0) walk(reference(rest[1]), own - 1, rest[0]);
            else if (rest[0] instanceof Tagged) entries.push([key, unpad(openBy(reference(rest[0]), { ...place, type: 4 }, find(reference(rest[0]))))]);
            else entries.push([key, rest[0]]);
        }
        is(count === null || entries.length - begin === count, "count of a node");
    })(root, null, null);
    return { entries, nodes };
}
function sameEntries(entries, expected) {
    is(entries.length === expected.length, "number of entries");
    entries.forEach(([key, value], i) => { same(key, hex(expected[i].key), "key"); same(value, hex(expected[i].value), "value"); });
}

// ---- space.md

function checkEpoch(p, org, space, roster, number) {
    fields(roster, "1", "2", "3", "4", "?5", "6", "7", "?8", "9", "?10");
    const epoch = p.epochs[number - 1], key = hex(epoch.key), place = [org, space, be(8, number)];
    is(roster.get(2) === number && roster.get(7) === number - 1, "number of an epoch");
    same(expand(key, info("obhut/v1/epoch/key/commitment", ...place), 32), roster.get(6), "commitment of an epoch");
    same(treeRoot(epoch.boxes.map((box) => leafHash(hex(box)))), roster.get(9), "root of an epoch's boxes");
    const box = fields(cbor(hex(epoch.boxes[0])), "1", "2", "3"), [member] = roster.get(4);
    fields(member, "1", "2", "3", "4", "5");
    same(box.get(1), member.get(1), "member with a box");
    is(box.get(2) === member.get(3) && member.get(2) === 3 && member.get(5) === true, "generation of a box");
    if (number === 1) return is(!roster.has(8) && epoch.history_link === null, "no history in the first epoch");
    same(H(hex(epoch.history_link)), roster.get(8), "hash of a history link");
    const opened = openObject({ label: inSpace, org, space, type: 7, key: expand(key, info("obhut/v1/epoch/history-link/key", ...place), 32) }, hex(epoch.history_link));
    same(opened, hex(p.epochs[number - 2].key), "key of the epoch before");
}
function checkCommit(p, org, space, commit, epoch, lists) {
    fields(commit, "1", "2", "3", "4", "5", "6", "7", "8");
    is(commit.get(2) === epoch, "epoch of a commit");
    const key = (purpose) => expand(hex(p.epochs[epoch - 1].key), info(`obhut/v1/epoch/commit/${purpose}`, org, space, commit.get(5)), 32);
    const root = openObject({ label: inSpace, org, space, type: 5, key: key("root-key") }, commit.get(6));
    const summary = openObject({ label: inSpace, org, space, type: 6, key: key("summary") }, commit.get(7));
    is(root.length === 40 && summary.length % 256 === 0, "sizes of what a commit seals");
    const what = fields(cbor(unpad(summary)), "1", "2"), told = fields(cbor(what.get(2)), "1", "2");
    same(what.get(1), told.get(1), "operation id");
    const top = { id: commit.get(4), key: root.subarray(0, 32), size: Number(root.readBigUInt64BE(32)) };
    const { entries } = readTree(top, org, space, p.nodes);
    if (epoch === p.epochs.length) sameEntries(entries, p.entries_of_last_commit);
    ["nodes_created", "nodes_superseded", "content_raised", "content_lowered"].forEach((name, i) => {
        const digest = commit.get(8).get(i + 1);
        is(digest.get(1) === lists[name].length, `number of ${name}`);
        same(H(...lists[name].map(hex)), digest.get(2), `digest of ${name}`);
    });
}

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
    try { test(); } catch (error) { ++failed; console.log(`FAILED: ${name}\n    ${error.message}`); }
}
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
