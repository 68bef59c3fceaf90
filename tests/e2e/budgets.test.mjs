// What a first visit costs: bytes on the wire, requests, and frames while nothing happens.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from './support/browser.mjs';
import { Customer } from './support/customer.mjs';
import { startWorld } from './support/world.mjs';

// The head of each answer counts: it is on the wire, too.
const kHtmlMax = 14_000, kVisitMax = 130_000, kRequestsMax = 5;
const kIdleMs = 5_000;

/** Runs before the page: notes when it draws. */
function noteFrames() {
  window.frameTimes = [];
  const real = window.requestAnimationFrame;
  window.requestAnimationFrame = (work) => real((now) => {
    window.frameTimes.push(now);
    work(now);
  });
}

describe('budgets', () => {
  let world, browser;
  before(async () => {
    // The server asks the gateway as often as an operator's does: what it learns wakes the page.
    const server = { RECONCILE_FIRST_MS: '15000' };
    [world, browser] = await Promise.all([startWorld('budgets', { server }), launch()]);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  /** The answers that the page and its files came in; the order itself is asked for by and by. */
  const visit = async (device, work) => {
    const customer = await Customer.arrive(browser, world, device, {});
    try {
      await customer.context.addInitScript(noteFrames);
      const cdp = await customer.context.newCDPSession(customer.page);
      await cdp.send('Network.enable');
      const answers = new Map();
      cdp.on('Network.responseReceived', ({ requestId, response }) => {
        if (new URL(response.url).pathname.startsWith('/api/')) return;
        answers.set(requestId, { url: response.url, status: response.status, coding: response.headers['Content-Encoding'] ?? '' });
      });
      cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (answers.has(requestId)) answers.get(requestId).bytes = encodedDataLength;
      });
      const pay = await customer.shop();
      await work(pay, [...answers.values()].filter((one) => one.url.startsWith(world.serverUrl)));
    } finally {
      await customer.close();
    }
  };

  test('bytes and requests of the first visit', () => visit('android', async (pay, answers) => {
    const total = answers.reduce((sum, one) => sum + one.bytes, 0);
    const html = answers.find((one) => one.url.includes('/pay/'));
    for (const one of answers) console.log(`    ${one.bytes} ${one.coding || '-'} ${new URL(one.url).pathname}`);
    console.log(`    ${total} bytes in ${answers.length} requests`);
    assert.ok(html.bytes <= kHtmlMax, `the page is ${html.bytes} bytes`);
    assert.ok(total <= kVisitMax, `the visit is ${total} bytes`);
    assert.ok(answers.length <= kRequestsMax, `${answers.length} requests`);
    for (const one of answers) {
      const compressed = one.url.endsWith('.woff2') ? '' : 'br';
      assert.equal(one.coding, compressed, one.url);
    }
  }));

  // By the page's own clock: on a busy machine a pause is longer than it says.
  const framesIn = async (pay, ms) => {
    const from = await pay.page.evaluate(() => performance.now());
    await pause(ms);
    const times = await pay.page.evaluate(() => window.frameTimes);
    return times.filter((time) => time > from && time <= from + ms).length;
  };

  test('no frame is drawn while nothing happens', () => visit('desktop', async (pay) => {
    await pause(1_000);
    assert.equal(await framesIn(pay, kIdleMs), 0);
  }));

  test('one frame a second is drawn while time runs out', () => visit('desktop', async (pay) => {
    await pay.openQr();
    await pause(1_000);
    const frames = await framesIn(pay, kIdleMs);
    assert.ok(frames >= 4 && frames <= 6, `${frames} frames in ${kIdleMs} ms`);
  }));
});
