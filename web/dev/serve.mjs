// The development server of the page (scripts/dev): gives out web/ as it lies there, builds the module
// when C++ changes, and tells the browser. Without a backend it plays the recorded states
// (web/gallery); with CHUKTA_URL everything but the page's own files comes from that server.
//   DEV_PORT    8090
//   DEV_BUILD   build/dev-wasm
//   CHUKTA_URL  for example http://127.0.0.1:8080
import { createServer } from 'node:http';
import { Recorded } from '../gallery/recorded.mjs';
import { builder } from './build.mjs';
import { files } from './files.mjs';
import { forward } from './forward.mjs';
import { watchTree } from './watch.mjs';

const kPort = Number(process.env.DEV_PORT ?? 8090);
const kBackend = process.env.CHUKTA_URL;
const say = (text) => console.log(`dev: ${text}`);

// A page that was written before the last change, and so was not told of it, sees that when it listens.
let changes = 0;
const version = () => `${process.pid}.${changes}`;

const listeners = new Set();
const send = (to, event, data) => to.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
const tell = (event, data) => {
  if (event === 'reload') recorded.keep();
  for (const to of listeners) send(to, event, data);
};

const changed = (event) => {
  ++changes;
  tell(event, version());
};

const page = files(process.env.DEV_BUILD ?? 'build/dev-wasm', version);
const recorded = new Recorded('', page.template);

// What the compiler said of C++ that is not mended yet: a page that comes meanwhile is told, too.
let complaint = '';

const build = builder(process.env.DEV_BUILD ?? 'build/dev-wasm', (result) => {
  complaint = result.ok ? '' : result.text;
  say(result.ok ? `built in ${(result.ms / 1000).toFixed(1)} s` : `does not build\n${result.text}`);
  if (result.ok) changed('reload');
  else tell('broken', complaint);
});

const stopWatching = watchTree(['.', 'web', 'web/js', 'web/css', 'web/dev', 'web/gallery', 'shared'], (name) => {
  if (/\.(cpp|h|inc)$/.test(name) || /CMakeLists\.txt$/.test(name)) build.wanted();
  if (/\.(css|inc)$/.test(name)) changed('css');
  if (/^(index\.html|web\/js\/.*\.js|web\/dev\/client\.js)$/.test(name)) changed('reload');
  if (name === 'web/gallery/states.json') changed('anew');
});

function events(request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  send(response, 'hello', version());
  if (complaint) send(response, 'broken', complaint);
  listeners.add(response);
  request.on('close', () => listeners.delete(response));
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://dev');
  if (url.pathname === '/dev/events') return events(request, response);
  if (page.answer(url.pathname, response)) return undefined;
  if (kBackend) return forward(kBackend, page, request, response);
  return Promise.resolve(recorded.handle(request, response)).catch((error) => {
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(error.stack);
  });
});

server.on('error', (error) => {
  say(error.code === 'EADDRINUSE' ? `port ${kPort} is taken; choose another: DEV_PORT=9090 scripts/dev` : error.message);
  process.exit(1);
});
server.listen(kPort, '127.0.0.1', () => {
  say(`http://127.0.0.1:${kPort}/  ${kBackend ? `in front of ${kBackend}` : 'recorded states, no backend'}; Ctrl-C ends it`);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    stopWatching();
    server.close();
    server.closeAllConnections();
    await build.stop();
    process.exit(0);
  });
}
