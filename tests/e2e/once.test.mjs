// One intention, one charge: presses, reloads and tabs never make a second one (product.md §1.5).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { callsStay, paidOnce } from './support/checks.mjs';
import { Customer } from './support/customer.mjs';
import { UpiApp, useSimulator } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

/** Presses as fast as a browser can, whatever the page does to the button meanwhile. */
const press = (page, name, times) => page.evaluate(([wanted, count]) => {
  const names = (element) => element.getAttribute('aria-label') ?? element.textContent;
  for (let i = 0; i < count; ++i) {
    [...document.querySelectorAll('button, a[href]')].find((one) => names(one) === wanted)?.click();
  }
}, [name, times]);

describe('once', () => {
  let world, browser, app;
  before(async () => {
    // Slow to ask, so that what the page says before the answer can be seen.
    const server = { RECONCILE_FIRST_MS: '6000', UNCLEAR_GRACE_MS: '6000' };
    [world, browser] = await Promise.all([startWorld('once', { server }), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const oneAttempt = async (pay) => {
    await eventually('one Order Pay call', async () => (await pay.payCalls()).length >= 1);
    await callsStay(pay, 1);
    assert.equal((await pay.attempts()).length, 1, 'attempts');
  };

  // Once as Cashfree promises, and once as if it did not keep its promise.
  for (const keys of ['kept', 'ignored']) {
    describe(`idempotency keys ${keys} by the gateway`, () => {
      before(async () => {
        if (keys === 'ignored') {
          await world.gateway.fault('ignore_idempotency_keys', { endpoint: 'order_pay', count: 'always' });
        }
      });
      after(() => world.gateway.clearFaults());

      const visit = async (device, work) => {
        const customer = await Customer.arrive(browser, world, device);
        try {
          await work(customer);
        } finally {
          await customer.close();
        }
      };

      test(`ten presses of Make Payment (${keys})`, () => visit('desktop', async (asha) => {
        const pay = await asha.shop();
        await pay.upiId.fill('asha@okaxis');
        await press(pay.page, 'Make Payment', 10);
        await oneAttempt(pay);
        await app.approve(pay.orderId);
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'collect', attempts: 1 });
      }));

      test(`ten presses of Show QR code while the gateway is slow (${keys})`, () => visit('desktop', async (asha) => {
        const pay = await asha.shop();
        await world.gateway.fault('slow', { endpoint: 'order_pay', order_id: pay.orderId, value: 1500 });
        await press(pay.page, 'Show QR code', 10);
        await pay.code.waitFor();
        await oneAttempt(pay);
      }));

      test(`ten taps on an app (${keys})`, () => visit('android', async (asha) => {
        const pay = await asha.shop();
        await pay.page.getByRole('link', { name: 'Google Pay', exact: true }).waitFor();
        await press(pay.page, 'Google Pay', 10);
        await eventually('an attempt', async () => (await pay.attempts()).length > 0);
        await oneAttempt(pay);
        const tab = await eventually('a tab of the app', () => asha.context.pages().find((page) => page !== asha.page));
        await useSimulator(tab, 'Success');
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'intent', attempts: 1 });
      }));

      test(`a reload while the press is under way (${keys})`, () => visit('desktop', async (asha) => {
        const pay = await asha.shop();
        // The answer to the press never reaches the page that pressed.
        await pay.page.route('**/attempts', async (route) => {
          await route.fetch();
          await route.abort('connectionreset');
        }, { times: 1 });
        await world.gateway.fault('slow', { endpoint: 'order_pay', order_id: pay.orderId, value: 1500 });
        await pay.upiId.fill('asha@okaxis');
        await press(pay.page, 'Make Payment', 3);
        await eventually('the press was heard', async () => (await pay.attempts()).length === 1);
        await pay.page.reload();
        await pay.ready();
        await pay.says('WaitingCollect', 'as***@okaxis');
        await oneAttempt(pay);
        await app.approve(pay.orderId);
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'collect', attempts: 1 });
      }));

      test(`two tabs at once (${keys})`, () => visit('desktop', async (asha) => {
        const first = await asha.shop();
        const second = await asha.anotherTab(first);
        await Promise.all([first, second].map((tab) => tab.upiId.fill('asha@okaxis')));
        await Promise.all([first, second].map((tab) => press(tab.page, 'Make Payment', 5)));
        await oneAttempt(first);
        for (const tab of [first, second]) await tab.says('WaitingCollect', 'as***@okaxis');
        await app.approve(first.orderId);
        for (const tab of [first, second]) await tab.says('ThankYou');
        await paidOnce(first, { channel: 'collect', attempts: 1 });
      }));

      test(`the reply of Order Pay is lost (${keys})`, () => visit('desktop', async (asha) => {
        const pay = await asha.shop();
        await world.gateway.fault('drop_after_accept', { endpoint: 'order_pay', order_id: pay.orderId });
        await pay.payWithUpiId('asha@okaxis');
        // A request may be on the customer's phone: it is not sent again.
        await pay.says('CheckAfterUnclear');
        await app.approve(pay.orderId);
        await pay.says('ThankYou');
        assert.equal((await pay.payCalls()).length, 1);
        await paidOnce(pay, { channel: 'collect' });
      }));
    });
  }

  test('twenty different keys at the same moment, straight to the API', async () => {
    const customer = await Customer.arrive(browser, world, 'desktop');
    try {
      const pay = await customer.shop();
      const cookies = await customer.context.cookies(world.serverUrl);
      const start = (key, body) => fetch(`${world.serverUrl}/api/orders/${pay.orderId}/attempts`, {
        method: 'POST',
        headers: {
          cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
          origin: world.serverUrl,
          'x-chukta-device': 'desktop',
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      });
      const body = { channel: 'collect', vpa: 'asha@okaxis', app: null, replaces: null, device: 'desktop' };
      const answers = await Promise.all(Array.from({ length: 20 }, () => start(randomUUID(), body)));
      assert.deepEqual(answers.map((answer) => answer.status), answers.map(() => 202));
      await oneAttempt(pay);

      // A key is one body's.
      const key = randomUUID();
      assert.equal((await start(key, body)).status, 202);
      const reused = await start(key, { ...body, vpa: 'asha@okicici' });
      assert.equal(reused.status, 409);
      assert.equal((await reused.json()).code, 'idempotency_key_reused');
      // Another target while one is open is refused, not charged.
      const other = await start(randomUUID(), { ...body, vpa: 'asha@okicici' });
      assert.equal(other.status, 409);
      assert.equal((await other.json()).code, 'attempt_open');
      await callsStay(pay, 1);
    } finally {
      await customer.close();
    }
  });

  test('ten presses of “Place order and pay” at the shop make one order', async () => {
    const customer = await Customer.arrive(browser, world, 'desktop', { login: 'ravi' });
    try {
      await customer.payAddress();  // logged in, with one order
      const before = (await world.shopState()).orders.length;
      const page = customer.page;
      await page.goto(`${world.shopUrl}/`);
      await page.getByRole('button', { name: 'Add Masala Chai to cart' }).click();
      await page.goto(`${world.shopUrl}/cart`);
      await press(page, 'Place order and pay', 10);
      await page.waitForURL(`${world.serverUrl}/pay/*`);
      assert.equal((await world.shopState()).orders.length, before + 1);
    } finally {
      await customer.close();
    }
  });
});
