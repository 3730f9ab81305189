// A reverse proxy as administrators put in front of obhutd: ends TLS, passes paths, queries and bodies on unchanged and unbuffered, names its client in x-forwarded-for.
//
//     node tls-proxy.mjs CHAIN KEY TARGET_PORT       prints "listening on PORT"; ends with SIGTERM
import {readFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [chain, key, target] = process.argv.slice(2);
const agent = new http.Agent({keepAlive: true});
const server = https.createServer({cert: readFileSync(chain), key: readFileSync(key)}, (request, response) => {
    const headers = {...request.headers, 'x-forwarded-for': request.socket.remoteAddress};
    const onward = http.request({host: '127.0.0.1', port: target, method: request.method, path: request.url, headers, agent}, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
