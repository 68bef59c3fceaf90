// The same page without canvas, without WebGL, by keyboard, after reload and back (docs/architecture.md §7).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer, PayPage } from './support/customer.mjs';
import { readCode, shoot } from './support/pictures.mjs';
import { say } from './support/texts.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

describe('modes', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('modes'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visitWith = async (chromium, device, options, work) => {
    const customer = await Customer.arrive(chromium, world, device, options);
    try {
      await work(customer);
      assert.deepEqual(customer.problems, [], 'errors on the console');
    } finally {
      await customer.close();
    }
  };
  const visit = (device, options, work) => visitWith(browser, device, options, work);
  const isCanvas = (pay) => pay.page.evaluate(() => document.documentElement.classList.contains('gl'));
  const payByUpiId = async (pay) => {
    await pay.payWithUpiId('testsuccess@gocash');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  };

  test('on the canvas', () => visit('desktop', { mode: 'canvas' }, async (asha) => {
    const pay = await asha.shop();
    assert.equal(await isCanvas(pay), true);
    await payByUpiId(pay);
  }));

  test('a worker has rehearsed the first frame, and is gone', () => visit('android', { mode: 'canvas' }, async (asha) => {
    const said = [];
    asha.page.on('worker', (worker) => {
      said.push('began');
      worker.on('close', () => said.push('ended'));
    });
    await asha.shop();
    await eventually('the end of the worker', async () => said.includes('ended'));
    assert.deepEqual(said, ['began', 'ended']);
  }));

  for (const [name, without] of [
    ['is missing', () => { delete window.Worker; }],
    ['fails', () => { window.Worker = class { constructor() { setTimeout(() => this.onerror()); } postMessage() {} terminate() {} }; }],
    ['never answers', () => { window.Worker = class { postMessage() {} terminate() { window.ended = true; } }; }],
  ]) {
    test(`where the worker ${name} the page comes all the same`, () => visit('desktop', { mode: 'canvas' }, async (asha) => {
      await asha.context.addInitScript(without);
      const pay = await asha.shop();
      assert.equal(await isCanvas(pay), true);
      if (name === 'never answers') assert.ok(await pay.page.evaluate(() => window.ended), 'it is stopped');
    }));
  }

  for (const device of ['desktop', 'android']) {
    test(`?dom=1: the elements are the page (${device})`, () => visit(device, { mode: 'dom' }, async (asha) => {
      const pay = await asha.shop();
      assert.equal(await isCanvas(pay), false);
      await shoot(pay, `dom-${device}-choose`);
      await pay.showQr.click();
      const text = await readCode(pay, `dom-${device}-qr`);
      await app.scan(text);
      await pay.says('ThankYou');
      await shoot(pay, `dom-${device}-paid`);
      await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
    }));
  }

  test('without WebGL', async () => {
    const plain = await launch({ args: ['--disable-gpu', '--disable-software-rasterizer', '--disable-webgl', '--disable-3d-apis'] });
    try {
      await visitWith(plain, 'desktop', { mode: 'auto' }, async (asha) => {
        const pay = await asha.shop();
        assert.equal(await isCanvas(pay), false);
        await payByUpiId(pay);
      });
    } finally {
      await plain.close();
    }
  });

  test('in forced colours', () => visit('desktop', { forcedColors: 'active', mode: 'auto' }, async (asha) => {
    const pay = await asha.shop();
    assert.equal(await isCanvas(pay), false);
    await shoot(pay, 'forced-colours-choose');
    await payByUpiId(pay);
  }));

  test('by keyboard alone', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    const { keyboard } = pay.page;
    const focused = () => pay.page.evaluate(() => {
      const element = document.activeElement;
      return element.getAttribute('aria-label') ?? (element.labels?.[0]?.textContent || element.textContent);
    });
    const tabTo = async (name) => {
      for (let n = 0; n < 30; ++n) {
        if ((await focused()) === name) return;
        await keyboard.press('Tab');
      }
      assert.fail(`Tab never reaches “${name}”`);
    };
    await tabTo(say('UpiIdLabel'));
    await keyboard.type('nonsense');
    await keyboard.press('Enter');
    await pay.says('VpaInvalid');
    assert.equal(await focused(), say('UpiIdLabel'), 'the field keeps the focus');
    await keyboard.press('Control+A');
    await keyboard.type('asha@okaxis');
    await shoot(pay, 'keyboard-focus');
    await tabTo(say('MakePayment'));
    await keyboard.press('Space');
    await pay.says('WaitingCollect', 'as***@okaxis');
    assert.equal(await focused(), say('WaitingHeading'), 'what has gone gives the focus to the new heading');
    await tabTo(say('ICancelled'));
    await keyboard.press('Enter');
    await pay.says('FailedUserCancelled');
    assert.equal(await focused(), say('PayWithUpiId'));
    await tabTo(say('TryAgain'));
    await keyboard.press('Enter');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    assert.equal(await focused(), say('ThankYou'));
    await tabTo(say('BackToShop'));
    await keyboard.press('Enter');
    await asha.page.waitForURL(`${world.shopUrl}/return/**`);
  }));

  test('a reload at every step shows the same', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    const reload = async () => {
      await pay.page.reload();
      await pay.ready();
    };
    await reload();
    assert.ok(await pay.upiId.isVisible());
    await pay.showQr.click();
    const text = await readCode(pay, 'reload-qr-before');
    await reload();
    assert.equal(await readCode(pay, 'reload-qr-after'), text, 'the same code');
    assert.equal((await pay.payCalls()).length, 1);
    await app.scan(text);
    await pay.says('ThankYou');
    await reload();
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('back from the shop finds the order as it is', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await pay.page.goto(`${world.shopUrl}/orders`);
    await app.approve(pay.orderId);
    await eventually('paid', async () => (await pay.order()).payment_status === 'paid');
    await pay.page.goBack();
    await pay.says('ThankYou');
    // Nothing pulls the customer away who came back on purpose.
    assert.equal(await pay.words('StayHere').count(), 0);
    await paidOnce(pay, { attempts: 1 });
  }));

  test('out of the back-forward cache', async () => {
    const cached = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    try {
      await visitWith(cached, 'desktop', {}, async (asha) => {
        const pay = await asha.shop();
        // Chromium keeps no page whose script has had an answer that must not be stored. After the last news
        // of the order the page only waits for one.
        await eventually('the order at the gateway', async () => (await pay.order()).gateway_state === 'active');
        await pay.page.reload();
        await pay.ready();
        await pay.page.evaluate(() => { window.before = 'here'; });
        await pay.page.goto(`${world.shopUrl}/orders`);
        // Cancelled while nobody looked.
        assert.equal((await world.api('POST', `/v1/orders/${pay.orderId}/cancel`)).status, 200);
        await pay.page.goBack({ waitUntil: 'commit' });
        await pay.says('OrderCancelled');
        assert.equal(await pay.page.evaluate(() => window.before), 'here', 'it was in the cache');
      });
    } finally {
      await cached.close();
    }
  });

  test('“Continue to pay” at the shop opens the same order again', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    await asha.page.goto(`${world.shopUrl}/orders/${pay.orderId}`);
    await asha.page.getByRole('link', { name: 'Continue to pay' }).click();
    await asha.page.waitForURL(`${world.serverUrl}/pay/${pay.orderId}*`);
    const again = await new PayPage(asha, asha.page).ready();
    await payByUpiId(again);
  }));

  test('offline and online again', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    await asha.context.setOffline(true);
    await pay.says('Offline');
    await shoot(pay, 'desktop-offline');
    await asha.context.setOffline(false);
    await pay.words('Offline').waitFor({ state: 'detached' });
    asha.problems.length = 0;  // the requests that failed are on the console
    await payByUpiId(pay);
  }));

  test('the clock of the customer is wrong by a day', () => visit('desktop', {}, async (asha) => {
    await asha.context.clock.install({ time: Date.now() + 86_400_000 });
    const pay = await asha.shop();
    await pay.showQr.click();
    await pay.code.waitFor();
    assert.match(await pay.timer.innerText(), /^0[45]:\d\d$/);
    // A laptop that slept: the page finds the time by itself, and the code is still good.
    await asha.context.clock.fastForward(120_000);
    await pay.code.waitFor();
    await app.scan(await readCode(pay, 'clock-qr'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('zoomed text, small phones and large screens need no sideways scroll', () => visit('android', {}, async (asha) => {
    const pay = await asha.shop();
    for (const width of [320, 360, 412, 844]) {
      await pay.page.setViewportSize({ width, height: 740 });
      await eventually(`${width} px fit`, () => pay.page.evaluate(
        (wanted) => document.documentElement.clientWidth === wanted && document.documentElement.scrollWidth <= wanted, width,
      ));
      await shoot(pay, `phone-${width}`);
    }
  }));
});
