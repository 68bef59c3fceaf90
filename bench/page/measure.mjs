// How fast the page is on a cheap phone: Slow 4G and a quarter of this machine's CPU, by Chromium's own
// emulation, against real processes. Prints a table and fails where a budget is not met.
//   node bench/page/measure.mjs [runs]     (CHUKTA_BUILD=build/release WEB_ROOT=build/wasm/dist)
import { launch } from '../../tests/e2e/support/browser.mjs';
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

/** In the page, before its scripts. Times are performance.now(): since the navigation began. */
function watch() {
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
    else if (!seen.payable) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  // The frames of the module, without what WebGL and the glyphs cost.
  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (code, imports) => {
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
    const { instance } = await instantiate.call(WebAssembly, code, imports);
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
      return next;
    };
    return { instance: { exports } };
  };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function visit(browser, world, throttled) {
  const asha = await Customer.arrive(browser, world, 'android', { mode: 'canvas' });
  try {
    // The session first: the redirect that drops the token from the address is one more round trip.
    const address = await asha.payAddress();
    await asha.context.request.get(address);
    const { page } = asha;
    await page.addInitScript(watch);
    const cdp = await asha.context.newCDPSession(page);
    await cdp.send('Network.enable');
    // Unthrottled, the thread's own processor time: what it waits for the graphics process, which draws in
    // software on a machine without a GPU, is no work of the page's.
    await cdp.send('Performance.enable', { timeDomain: throttled ? 'timeTicks' : 'threadTicks' });
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0, requests = 0;
    cdp.on('Network.loadingFinished', (one) => { bytes += one.encodedDataLength; requests += 1; });
    if (throttled) {
      await cdp.send('Network.emulateNetworkConditions', kSlow4G);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: kSlowdown });
    }
    const metric = async (name) => {
      const { metrics } = await cdp.send('Performance.getMetrics');
      return metrics.find((one) => one.name === name).value;
    };
    const before = await metric('TaskDuration');
    await page.goto(address.split('?')[0], { waitUntil: 'commit' });
    await page.waitForFunction(() => window.seen?.interactive && window.seen.payable, undefined, { polling: 20 });
    const busy = (await metric('TaskDuration')) - before;
    await page.waitForTimeout(500);
    // Frames of every kind: the pointer over the controls.
    for (let i = 0; i < 30; ++i) await page.mouse.move(40 + 10 * i, 200 + 10 * i);
    await page.waitForTimeout(300);
    const seen = await page.evaluate(() => window.seen);
    if (process.env.VERBOSE) console.log(throttled, JSON.stringify({ ...seen, frames: seen.frames.length, busy }));
    return { ...seen, busy: 1000 * busy, bytes, requests };
  } finally {
    await asha.close();
  }
}

const [world, browser] = await Promise.all([startWorld('bench-page'), launch()]);
try {
  const slow = [], quick = [];
  for (let i = 0; i < kRuns; ++i) slow.push(await visit(browser, world, true));
  for (let i = 0; i < kRuns; ++i) quick.push(await visit(browser, world, false));
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
  let missed = 0;
  console.log(`Slow 4G, CPU/${kSlowdown}, 412×760, median of ${kRuns}; ${slow[0].bytes} bytes in ${slow[0].requests} requests`);
  for (const [what, most] of Object.entries(budgets)) {
    const value = results[what];
    const met = value <= most;
    missed += !met;
    console.log(`${what.padEnd(36)} ${value.toFixed(what.includes('ms') && most > 10 ? 0 : 3).padStart(8)}  of ${most}${met ? '' : '  MISSED'}`);
  }
  console.log(`the main thread, throttled, with its waits for the graphics process: ${of(slow, (one) => one.busy).toFixed(0)} ms`);
  process.exitCode = missed ? 1 : 0;
} finally {
  await browser.close();
  await world.stop();
}
