// How fast the page is on a cheap phone: Slow 4G and a quarter of this machine's CPU, by Chromium's own
// emulation, against real processes. Prints a table and fails where a budget is not met. Beside our figures
// stands what an empty page (`<p>hello`, the same headers) gets here: what this machine and its browser take.
//   node bench/page/measure.mjs [runs]     (CHUKTA_BUILD=build/release WEB_ROOT=build/wasm/dist)
//   COLD=1   without the worker that rehearses the first frame
import { once } from 'node:events';
import { createServer } from 'node:http';
import { launch, openContext } from '../../tests/e2e/support/browser.mjs';
import { Customer } from '../../tests/e2e/support/customer.mjs';
import { startWorld } from '../../tests/e2e/support/world.mjs';

// Lighthouse's "Slow 4G" as DevTools applies it (throttling.js: mobileSlow4G, requestLatencyMs).
const kSlow4G = { offline: false, latency: 562.5, downloadThroughput: 1474.56 * 1024 / 8, uploadThroughput: 675 * 1024 / 8 };
const kSlowdown = 4;
const kRuns = Number(process.argv[2] ?? 5);

const budgets = {
  'first contentful paint, ms': 1200,
  'payable, ms': 1500,
  'canvas interactive, ms': 2500,
  'main thread until interactive, ms': 300,
  'layout shift': 0.05,
  'build and serialise a frame, ms': 1,
};

const kHello = '<!doctype html><html lang="en"><meta charset="utf-8">' +
  '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Hello</title>' +
  '<link rel="icon" href="data:,"><p>hello</p></html>';

/** In a page: tells when it was painted. */
function watchPaint() {
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (one.name !== 'first-contentful-paint') continue;
      window.seen = { paint: one.startTime };
      window.tellBench('');
    }
  }).observe({ type: 'paint', buffered: true });
}

/**
 * In the page, before its scripts. Times are performance.now(): since the navigation began. It tells when all
 * has been seen: a driver that asks again and again would be work of the page's.
 */
function watch(cold) {
  if (cold) delete window.Worker;
  const seen = (window.seen = { shift: 0, frames: [], tasks: [] });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.name === 'first-contentful-paint') seen.paint = one.startTime;
  }).observe({ type: 'paint', buffered: true });
  // Payable: the controls are there, whole, and painted.
  const look = () => {
    const pay = document.getElementById('c-pay');
    if (seen.paint && pay?.form && document.readyState !== 'loading') seen.payable = performance.now();
    else requestAnimationFrame(look);
    tell();
  };
  const tell = () => {
    if (!seen.payable || !seen.interactive || seen.told) return;
    seen.told = true;
    setTimeout(() => window.tellBench(''));  // after the elements of the first frame
  };
  requestAnimationFrame(look);
  // The frames of the module, without what WebGL and the glyphs cost.
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (code, imports) => {
    let outside = 0;
    for (const name of ['js_draw', 'js_texture', 'js_glyph', 'js_glyph_draw', 'js_glyph_paint']) {
      const real = imports.env[name];
      imports.env[name] = (...args) => {
        const from = performance.now();
        const result = real(...args);
        outside += performance.now() - from;
        return result;
      };
    }
    const instance = await instantiate.call(WebAssembly, code, imports);
    const exports = { ...instance.exports };
    exports.app_frame = (...args) => {
      outside = 0;
      const from = performance.now();
      const next = instance.exports.app_frame(...args);
      seen.frames.push(performance.now() - from - outside);
      seen.interactive ??= performance.now();
      const [{ responseStart, domInteractive }] = performance.getEntriesByType('navigation');
      seen.answered = responseStart;
      seen.parsed = domInteractive;
      tell();
      return next;
    };
    return { exports };
  };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Opens an address in a page of its own and waits until its watch tells; then how long the main thread was at
 * work. Unthrottled, that is the thread's own processor time: what it waits for the graphics process, which
 * draws in software on a machine without a GPU, is no work of the page's.
 */
async function open(context, page, address, watching, throttled, without = []) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Runtime.enable');
  await cdp.send('Runtime.addBinding', { name: 'tellBench' });
  await page.addInitScript(watching, process.env.COLD);
  await cdp.send('Network.enable');
  await cdp.send('Performance.enable', { timeDomain: throttled ? 'timeTicks' : 'threadTicks' });
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.setBlockedURLs', { urls: without });
  const wire = { bytes: 0, requests: 0 };
  cdp.on('Network.loadingFinished', (one) => { wire.bytes += one.encodedDataLength; wire.requests += 1; });
  if (throttled) {
    await cdp.send('Network.emulateNetworkConditions', kSlow4G);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: kSlowdown });
  }
  const atWork = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return 1000 * metrics.find((one) => one.name === 'TaskDuration').value;
  };
  const before = await atWork();
  const told = once(cdp, 'Runtime.bindingCalled', { signal: AbortSignal.timeout(30_000) });
  await page.goto(address, { waitUntil: 'commit' });
  await told;
  const busy = (await atWork()) - before;
  return { busy, ...wire };
}

async function visit(browser, world, throttled) {
  const asha = await Customer.arrive(browser, world, 'android', { mode: 'canvas' });
  try {
    // The session first: the redirect that drops the token from the address is one more round trip.
    const address = await asha.payAddress();
    await asha.context.request.get(address);
    const { page } = asha;
    const opened = await open(asha.context, page, address.split('?')[0], watch, throttled);
    await page.waitForTimeout(500);
    // Frames of every kind: the pointer over the controls.
    for (let i = 0; i < 30; ++i) await page.mouse.move(40 + 10 * i, 200 + 10 * i);
    await page.waitForTimeout(300);
    const seen = await page.evaluate(() => window.seen);
    if (process.env.VERBOSE) console.log(throttled, JSON.stringify({ ...seen, ...opened, frames: seen.frames.length }));
    return { ...seen, ...opened };
  } finally {
    await asha.close();
  }
}

/** Our page until its first paint, without its script: what the browser takes to show the server's HTML. */
async function visitPaper(browser, world) {
  const asha = await Customer.arrive(browser, world, 'android', { mode: 'canvas' });
  try {
    const address = await asha.payAddress();
    await asha.context.request.get(address);
    return await open(asha.context, asha.page, address.split('?')[0], watchPaint, false, ['*.js', '*.wasm']);
  } finally {
    await asha.close();
  }
}

/** The same of an empty page with the headers of ours. */
async function visitHello(browser, address, throttled) {
  const context = await openContext(browser, 'android');
  try {
    const page = await context.newPage();
    const opened = await open(context, page, address, watchPaint, throttled);
    return { ...(await page.evaluate(() => window.seen)), ...opened };
  } finally {
    await context.close();
  }
}

/** A server of the empty page. */
async function startHello(browser, world) {
  const asha = await Customer.arrive(browser, world, 'android', {});
  const answer = await asha.context.request.get(await asha.payAddress());
  await asha.close();
  const own = ['content-encoding', 'content-length', 'set-cookie', 'transfer-encoding', 'connection', 'keep-alive'];
  const headers = Object.entries(answer.headers()).filter(([name]) => !own.includes(name));
  const server = createServer((request, reply) => {
    for (const [name, value] of headers) reply.setHeader(name, value);
    reply.end(kHello);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

const [world, browser] = await Promise.all([startWorld('bench-page'), launch()]);
const server = await startHello(browser, world);
try {
  const hello = `http://127.0.0.1:${server.address().port}/`;
  const slow = [], quick = [], slowHello = [], quickHello = [], paper = [];
  for (let i = 0; i < kRuns; ++i) {
    // By turns: what else the machine does meets both.
    slowHello.push(await visitHello(browser, hello, true));
    slow.push(await visit(browser, world, true));
    quickHello.push(await visitHello(browser, hello, false));
    paper.push(await visitPaper(browser, world));
    quick.push(await visit(browser, world, false));
  }
  const of = (runs, what) => median(runs.map(what));
  const results = {
    'first contentful paint, ms': of(slow, (one) => one.paint),
    'payable, ms': of(slow, (one) => one.payable),
    'canvas interactive, ms': of(slow, (one) => one.interactive),
    'main thread until interactive, ms': of(quick, (one) => one.busy) * kSlowdown,
    'layout shift': of(slow, (one) => one.shift),
    // The first frames draw the glyphs.
    'build and serialise a frame, ms': median(quick.flatMap((one) => one.frames.slice(4))),
  };
  const empty = {
    'first contentful paint, ms': of(slowHello, (one) => one.paint),
    'main thread until interactive, ms': of(quickHello, (one) => one.busy) * kSlowdown,
  };
  let missed = 0;
  console.log(`Slow 4G, CPU/${kSlowdown}, 412×760, median of ${kRuns}; ${slow[0].bytes} bytes in ${slow[0].requests} requests`);
  for (const [what, most] of Object.entries(budgets)) {
    const value = results[what];
    const met = value <= most;
    missed += !met;
    const digits = what.includes('ms') && most > 10 ? 0 : 3;
    const peer = empty[what] ? `, an empty page ${empty[what].toFixed(0)}: ours is ${(value / empty[what]).toFixed(2)} times that` : '';
    console.log(`${what.padEnd(36)} ${value.toFixed(digits).padStart(8)}  of ${most}${met ? '' : '  MISSED'}${peer}`);
  }
  console.log(`of the main thread's time the server's HTML alone, without a script, takes ${(of(paper, (one) => one.busy) * kSlowdown).toFixed(0)} ms`);
  console.log(`the main thread, throttled, with its waits for the graphics process: ${of(slow, (one) => one.busy).toFixed(0)} ms`);
  process.exitCode = missed ? 1 : 0;
} finally {
  server.close();
  await browser.close();
  await world.stop();
}
