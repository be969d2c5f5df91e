// Takes what a service sends by OTLP over HTTP, and forgets it: node collector.mjs PORT. Prints how much came once a second.
import { createServer } from 'node:http';

let requests = 0;
let bytes = 0;
let told = 0;

createServer((request, response) => {
  requests += 1;
  request.on('data', (part) => {
    bytes += part.length;
  });
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
}).listen(Number(process.argv[2]), '127.0.0.1');

setInterval(() => {
  if (requests > told) {
    told = requests;
    console.log(`the collector took ${requests} requests with ${bytes} bytes`);
  }
}, 1000);
