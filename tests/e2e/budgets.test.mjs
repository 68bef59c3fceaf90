// What a first visit costs: bytes on the wire, requests, and frames while nothing happens.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from './support/browser.mjs';
import { Customer, PayPage } from './support/customer.mjs';
import { makeToken } from './support/token.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

// The head of each answer counts: it is on the wire, too.
const kHtmlMax = 14_000, kVisitMax = 110_000, kRequestsMax = 5;
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

/** Gives the answers that the page and its files came in; the order itself is asked for by and by. */
async function listen(customer, world) {
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
  return () => [...answers.values()].filter((one) => one.url.startsWith(world.serverUrl));
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

  const visit = async (device, work) => {
    const customer = await Customer.arrive(browser, world, device, {});
    try {
      await customer.context.addInitScript(noteFrames);
      const answers = await listen(customer, world);
      const pay = await customer.shop();
      await work(pay, answers());
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

  test('what turns while a request waits in another app is no frame of ours', () => visit('desktop', async (pay) => {
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingHeading');
    await pause(1_000);
    const frames = await framesIn(pay, kIdleMs);
    assert.ok(frames <= 6, `${frames} frames in ${kIdleMs} ms`);
  }));
});

// Names as long as they may be (100 bytes): in Hindi a letter is three.
const kLongName = 'श्री महालक्ष्मी चाय एवं मसाला भंडार';
const kItems = Array.from({ length: 50 }, (_, i) => ({
  name: `${['असम', 'दार्जिलिंग', 'नीलगिरि', 'कांगड़ा', 'मुन्नार'][i % 5]} चाय, ${250 + i * 50} ग्राम का पैकेट`,
  quantity: i + 1, amount: 4_321 * (i + 1),
}));

describe('the heaviest pages', () => {
  let world, browser;
  before(async () => {
    // The gateway's link then has 800 letters; signed ones have 600.
    const sandbox = { MERCHANT_NAME: kLongName.repeat(2) };
    const server = { MERCHANT_NAME: kLongName };
    [world, browser] = await Promise.all([startWorld('budgets_heavy', { server, sandbox }), launch()]);
    await world.gateway.settings({ link_mode: 'production' });
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const placeOrder = async (items) => {
    const answer = await world.api('POST', '/v1/orders', {
      order_id: `CHAI-${randomUUID()}`, amount: items.reduce((sum, one) => sum + one.amount, 0), currency: 'INR', items,
      customer: { id: 'cust_asha', phone: '9876543210' }, return_url: `${world.shopUrl}/return/order`,
    });
    assert.equal(answer.status, 201);
    return answer.json();
  };
  const enter = ({ order_id, pay_url }) => `${pay_url}?token=${makeToken(world, order_id)}`;
  const prepared = (pay) => eventually('a prepared link', async () =>
    (await world.database.prepared(pay.orderId))[0]?.prompt !== '');
  const press = (pay, id) => pay.page.locator(`#c-${id}`).click();

  // In Hindi; as the server writes them for who has no script, and as a first visit by who has one.
  for (const { name, device, items = 10, until = async () => {}, query = '?items=1&more=1' } of [
    { name: 'ten items and every app', device: 'iphone', until: prepared },
    { name: 'as many items as an order may have', device: 'iphone', items: 50, until: prepared },
    { name: 'a code on a desktop', device: 'desktop', until: async (pay) => {
      await press(pay, 'show-qr');
      await pay.page.locator('#c-qr').waitFor();
    } },
    { name: 'the link out of an in-app browser on an iPhone', device: 'iphoneInApp', query: '', until: async (pay) => {
      await prepared(pay);
      await press(pay, 'way-out');
      await pay.page.locator('#c-in-app-link').waitFor();
    } },
    { name: 'a failure with another try', device: 'iphone', until: async (pay) => {
      await pay.page.locator('#c-vpa').fill('testinsufficientfunds@gocash');
      await press(pay, 'pay');
      await pay.page.locator('#c-retry').waitFor();
    } },
  ]) {
    test(name, async () => {
      const order = await placeOrder(kItems.slice(0, items));
      const plain = await Customer.arrive(browser, world, device, { locale: 'hi-IN', javaScriptEnabled: false, mode: 'auto' });
      const full = await Customer.arrive(browser, world, device, { locale: 'hi-IN' });
      try {
        const written = await listen(plain, world);
        await plain.page.goto(enter(order));
        const pay = new PayPage(plain, plain.page);
        await until(pay);
        if (query) await pay.page.goto(pay.page.url() + query);
        const html = written().findLast((one) => one.url.includes('/pay/'));
        assert.equal(html.coding, 'br');

        // The session first: the token's redirect carries nothing but a cookie.
        await full.context.request.get(enter(order), { maxRedirects: 0 });
        const fetched = await listen(full, world);
        await full.page.goto(order.pay_url + query);
        await new PayPage(full, full.page).ready();
        const total = fetched().reduce((sum, one) => sum + one.bytes, 0);

        console.log(`    ${name}: ${html.bytes} bytes, ${total} in ${fetched().length} requests`);
        assert.ok(html.bytes <= kHtmlMax, `the page is ${html.bytes} bytes`);
        assert.ok(total <= kVisitMax, `the visit is ${total} bytes`);
        assert.ok(fetched().length <= kRequestsMax, `${fetched().length} requests`);
      } finally {
        await plain.close();
        await full.close();
      }
    });
  }
});
