// Answers everything with one page for people, as a proxy does whose server is gone, or a network that wants a login.
//
//     node page-server.mjs PORT STATUS        prints "listening" when it does
import { createServer } from "node:http";

const [port, status] = process.argv.slice(2).map(Number);
const page = "<!doctype html><title>Not here</title><p>Not here, or not now.";
createServer((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(status, { "content-type": "text/html" }).end(page));
}).listen(port, "127.0.0.1", () => console.log("listening"));
