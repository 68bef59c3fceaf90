// The page without a backend: serves the built page against recorded states (states.json; its form
// is told in README.md).
//   node web/gallery/recorded.mjs [build/wasm/dist] [port]    then open the address it prints

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const kHere = path.dirname(fileURLToPath(import.meta.url));
const kHeldMs = 25_000;
const kTypes = {
  '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript',
  '.json': 'application/json', '.wasm': 'application/wasm', '.woff2': 'font/woff2',
};

/** What a state says differently from the one it is made from: RFC 7396, but null is a value. */
export function mergePatch(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = { ...(target !== null && typeof target === 'object' && !Array.isArray(target) ? target : {}) };
  for (const [name, value] of Object.entries(patch)) {
    merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

/** states.json with every `from` followed: name → {view, do, answers, on}. */
export function loadStates(file = path.join(kHere, 'states.json')) {
  const recorded = JSON.parse(fs.readFileSync(file, 'utf8'));
  const states = {};
  const whole = (name) => {
    const own = recorded.states[name];
    if (own === undefined) throw new Error(`states.json has no state ${name}`);
    const before = own.from ? whole(own.from)
      : { view: recorded.order, do: [], answers: recorded.answers, on: null };
    const view = own.view === null ? null : mergePatch(before.view, own.view ?? {});
    return {
      view,
      do: own.do ?? before.do,
      answers: { ...before.answers, ...own.answers },
      on: own.on ?? before.on ?? ['phone', 'large', 'tablet', 'desktop'],
    };
  };
  for (const [name, { also = [] }] of Object.entries(recorded.states)) {
    const { on, ...state } = whole(name);
    states[name] = { name, ...state, on: [...on, ...also] };
  }
  return { order: recorded.order, states };
}

/** JSON inside a script element: nothing may end the element. */
const scriptSafe = (json) => json.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const shifted = (time, ms) => time && new Date(Date.parse(time) + ms).toISOString();

function problem(status) {
  return JSON.stringify({ type: 'about:blank', title: 'Recorded', status, detail: '', code: `recorded_${status}` });
}

export class Recorded {
  /** @param template gives index.html with its placeholders; scripts/dev has one of its own */
  constructor(dist, template = () => fs.readFileSync(path.join(dist, 'index.html'), 'utf8')) {
    this.dist = dist;
    this.template = template;
    this.visits = new Map();  // by the page's address: what that tab was told last
    this.kept = new Set();
  }

  /** The next load of each open page goes on where it is: it is the page that is new, not the visit. */
  keep() {
    this.kept = new Set(this.visits.keys());
  }

  visit(url) {
    const key = url.pathname + url.search;
    if (this.kept.delete(key)) return this.visits.get(key);
    const name = url.searchParams.get('state') ?? 'choose';
    // Read anew for each visit: whoever edits states.json sees it by reloading.
    const { order, states } = loadStates();
    const state = states[name];
    if (!state) return null;
    const visit = { order, states, state, version: state.view?.version ?? 0, since: Date.now(),
      still: url.searchParams.has('still'), lang: url.searchParams.get('lang') ?? 'en' };
    this.visits.set(key, visit);
    return visit;
  }

  view(visit, state = visit.state) {
    if (!state.view) return null;
    // Time goes on from the recorded moment, unless a picture is wanted ("still").
    const ms = visit.still ? 0 : Date.now() - visit.since;
    const view = structuredClone(state.view);
    view.server_time = shifted(view.server_time, ms);
    view.version = visit.version;
    if (view.attempt && state !== visit.state) {
      view.attempt.expires_at = shifted(view.attempt.expires_at, ms);
      view.attempt.created_at = shifted(view.attempt.created_at, ms);
    }
    return view;
  }

  page(visit, orderId) {
    const view = this.view(visit);
    const values = {
      lang: visit.lang,
      title: escaped(view ? view.merchant_name : 'Chukta'),
      order_id: escaped(orderId),
      view_json: view ? scriptSafe(JSON.stringify(view)) : '',
    };
    // What the server writes into its first paint besides is not recorded; the page does without.
    return this.template().replace(/\{\{(\w+)\}\}/g, (_, name) => values[name] ?? '');
  }

  /** Answers with a recorded state's view, a status, or never ("hang"). */
  answer(response, visit, what, status) {
    if (what === 'hang') return;
    if (typeof what === 'number') return send(response, what, 'application/problem+json', problem(what));
    const next = what === undefined ? visit.state : visit.states[what];
    visit.version += 1;
    const body = JSON.stringify(this.view(visit, next));
    // Later questions are answered with what is true now, by the new state's own rules.
    if (next !== visit.state) Object.assign(visit, { state: { ...next, answers: { ...next.answers, poll: undefined } } });
    send(response, status, 'application/json', body);
  }

  async api(request, response, url) {
    const from = new URL(request.headers.referer ?? '/', 'http://page');
    const visit = this.visits.get(from.pathname + from.search) ?? this.visit(from);
    if (!visit) return send(response, 404, 'application/problem+json', problem(404));
    const answers = visit.state.answers;
    if (request.method === 'GET') {
      if (answers.poll !== undefined) return this.answer(response, visit, answers.poll, 200);
      const held = url.searchParams.has('wait_s') ? kHeldMs : 0;
      const timer = setTimeout(
        () => send(response, 200, 'application/json', JSON.stringify(this.view(visit))), held);
      return response.on('close', () => clearTimeout(timer));
    }
    if (url.pathname.endsWith('/cancel')) return this.answer(response, visit, answers.cancel, 200);
    if (url.pathname.endsWith('/handoff')) {
      const body = { url: `${from.href}`, expires_at: shifted(visit.order.server_time, 300_000) };
      return send(response, 200, 'application/json', JSON.stringify(body));
    }
    let body = '';
    for await (const part of request) body += part;
    return this.answer(response, visit, answers[JSON.parse(body).channel], 202);
  }

  list() {
    const rows = Object.keys(loadStates().states).map((name) =>
      `<li><a href="/pay/F508037?state=${name}">${name}</a> · <a href="/pay/F508037?state=${name}&lang=hi">हिन्दी</a>`);
    return `<!doctype html><meta charset="utf-8"><title>Recorded states</title><ul>${rows.join('\n')}</ul>`;
  }

  handle(request, response) {
    const url = new URL(request.url, 'http://page');
    if (url.pathname.startsWith('/api/')) return this.api(request, response, url);
    if (url.pathname === '/') return send(response, 200, kTypes['.html'], this.list());
    const page = url.pathname.match(/^\/pay\/([\w-]+)$/);
    if (page) {
      const visit = this.visit(url);
      return visit ? send(response, 200, kTypes['.html'], this.page(visit, page[1]))
        : send(response, 404, 'text/plain', `no state ${url.searchParams.get('state')}`);
    }
    const file = path.join(this.dist, path.normalize(url.pathname));
    if (!file.startsWith(this.dist + path.sep) || !fs.existsSync(file)) return send(response, 404, 'text/plain', 'not found');
    return send(response, 200, kTypes[path.extname(file)] ?? 'application/octet-stream', fs.readFileSync(file));
  }
}

function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

/** Serves `dist` (a built page) on 127.0.0.1; resolves to {url, close}. Port 0: a free one. */
export function startRecorded({ dist, port = 0 }) {
  const recorded = new Recorded(path.resolve(dist));
  const server = http.createServer((request, response) => {
    Promise.resolve(recorded.handle(request, response)).catch((error) => send(response, 500, 'text/plain', String(error.stack)));
  });
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done({
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((closed) => {
      server.closeAllConnections();
      server.close(closed);
    }),
  })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = process.argv[2] ?? path.join(kHere, '../../build/wasm/dist');
  const { url } = await startRecorded({ dist, port: Number(process.argv[3] ?? 8090) });
  console.log(`${url}/  (recorded states of ${dist})`);
}
