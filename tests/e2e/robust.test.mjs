// What can happen to a page while somebody pays: graphics, memory, network, clock and back button.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { callsStay, paidOnce } from './support/checks.mjs';
import { Customer, PayPage } from './support/customer.mjs';
import { focused, frames, hide, poisonCanvas, show, slowGraphics, tabTo, watchLife, watchModes } from './support/life.mjs';
import { readCode } from './support/pictures.mjs';
import { nextFrame } from './support/reading.mjs';
import { say } from './support/texts.mjs';
import { UpiApp, useSimulator } from './support/upi_app.mjs';
import { eventually, steadily } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

describe('robust', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('robust'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  /** @param script [function, argument] that runs before the page's own */
  const visit = async (device, { script, problems = [], ...options }, work) => {
    const customer = await Customer.arrive(browser, world, device, options);
    try {
      await customer.context.addInitScript(watchLife);
      if (script) await customer.context.addInitScript(...script);
      await work(customer);
      const others = customer.problems.filter((one) => !problems.some((known) => known.test(one)));
      assert.deepEqual(others, [], 'errors on the console');
    } finally {
      await customer.close();
    }
  };
  const isCanvas = (pay) => pay.page.evaluate(() => document.documentElement.classList.contains('gl'));
  const turns = (pay, canvas) => eventually(canvas ? 'the canvas' : 'the elements', async () => (await isCanvas(pay)) === canvas);
  const payByUpiId = async (pay) => {
    await pay.payWithUpiId('testsuccess@gocash');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  };
  const noSidewaysScroll = (pay) => eventually('it fits', () => pay.page.evaluate(
    () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
  ));

  // ---- graphics

  test('a lost graphics context: the elements at once, and the same picture when it is back', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    await pay.upiId.fill('asha@okaxis');
    const canvas = pay.page.locator('#gl');
    const picture = () => canvas.evaluate((element) => new Promise((done) => {
      // Asks for a frame, and looks at what it drew before the canvas is handed on.
      window.dispatchEvent(new Event('resize'));
      requestAnimationFrame(() => done(element.toDataURL()));
    }));
    const was = await picture();
    await canvas.evaluate((element) => {
      window.lose = element.getContext('webgl').getExtension('WEBGL_lose_context');
      window.lose.loseContext();
    });
    await turns(pay, false);
    assert.equal(await focused(pay.page), say('UpiIdLabel'), 'the field keeps the focus');
    await pay.page.keyboard.type('bank');
    assert.equal(await pay.upiId.inputValue(), 'asha@okaxisbank');
    for (let n = 0; n < 4; n += 1) await pay.page.keyboard.press('Backspace');
    await pay.page.evaluate(() => window.lose.restoreContext());
    await turns(pay, true);
    await eventually('the same picture', async () => (await picture()) === was);
    await payByUpiId(pay);
  }));

  test('a canvas that answers with noise is not painted on', () => visit('desktop', { script: [poisonCanvas, 120] }, async (asha) => {
    const pay = await asha.shop();
    assert.equal(await isCanvas(pay), false);
    await payByUpiId(pay);
  }));

  test('a canvas with a little noise is painted on', () => visit('desktop', { script: [poisonCanvas, 4] }, async (asha) => {
    assert.equal(await isCanvas(await asha.shop()), true);
  }));

  test('graphics in software, as on the machine that tests: the elements from the start', () => visit('desktop', { script: [watchModes], mode: 'auto' }, async (asha) => {
    const pay = await asha.shop();
    await pay.page.waitForFunction(() => document.getElementById('m').style.getPropertyValue('--height'));
    assert.deepEqual(await pay.page.evaluate(() => window.modes), [], 'never on the canvas');
    await payByUpiId(pay);
  }));

  test('slow graphics: the page goes on without them', () => visit('desktop', { script: [slowGraphics, 70], mode: 'auto' }, async (asha) => {
    const pay = await asha.shop();
    await pay.upiId.click();
    // A frame each: letters that come together are drawn together, and four are too few to judge by.
    for (const letter of 'asha@okaxis') {
      await pay.page.keyboard.type(letter);
      await pay.page.evaluate(nextFrame);
    }
    await turns(pay, false);
    assert.equal(await pay.upiId.inputValue(), 'asha@okaxis');
    await payByUpiId(pay);
  }));

  // ---- the life of a tab

  test('a hidden tab draws nothing, hears the news, and shows it on return', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    await pay.showQr.click();
    const text = await readCode(pay, 'robust-hidden-qr');
    await hide(pay.page);
    const before = await frames(pay.page);
    await steadily(async () => assert.equal(await frames(pay.page), before, 'frames'), 1500);
    await app.scan(text);
    await eventually('paid', async () => (await pay.order()).payment_status === 'paid');
    // Longer than the thank-you page is in sight before it goes back to the shop.
    await steadily(async () => assert.equal(await frames(pay.page), before, 'still none'), 21_000);
    await show(pay.page);
    await pay.says('ThankYou');
    await pay.says('BackToShopSoon', '20');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('a discarded tab comes back with what was typed and opened', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop({ masala: 1, cutting: 2 });
    await pay.upiId.fill('asha@okaxis');
    // What a browser keeps of a discarded tab: its address, its history and its sessionStorage.
    const [address, kept] = await pay.page.evaluate(() => [location.href, JSON.stringify(sessionStorage)]);
    await pay.page.close();
    const page = await asha.context.newPage();
    await page.addInitScript((storage) => Object.assign(sessionStorage, JSON.parse(storage)), kept);
    await page.goto(address);
    const again = await new PayPage(asha, page).ready();
    await eventually('what was typed', async () => (await again.upiId.inputValue()) === 'asha@okaxis');
    await again.makePayment.click();
    await again.says('WaitingCollect', 'as***@okaxis');
    await app.approve(again.orderId);
    await again.says('ThankYou');
    await paidOnce(again, { channel: 'collect', attempts: 1 });
  }));

  test('a phone that is turned keeps text, focus and code', () => visit('android', {}, async (asha) => {
    const pay = await asha.shop();
    await pay.upiId.fill('asha@okaxis');
    for (const size of [{ width: 915, height: 412 }, { width: 412, height: 760 }]) {
      await pay.page.setViewportSize(size);
      await noSidewaysScroll(pay);
      assert.equal(await pay.upiId.inputValue(), 'asha@okaxis');
      assert.equal(await focused(pay.page), say('UpiIdLabel'));
    }
    await pay.showQr.tap();
    const text = await readCode(pay, 'robust-upright-qr');
    await pay.page.setViewportSize({ width: 915, height: 412 });
    await noSidewaysScroll(pay);
    assert.equal(await readCode(pay, 'robust-sideways-qr'), text);
    assert.equal((await pay.payCalls()).filter((call) => call.body.includes('qrcode')).length, 1);
  }));

  test('the back button after paying shows the paid order, and stays', () => visit('desktop', {}, async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('testsuccess@gocash');
    await pay.says('ThankYou');
    await pay.link('BackToShop').click();
    await pay.page.waitForURL(`${world.shopUrl}/return/**`);
    await pay.page.goBack();
    await pay.says('ThankYou');
    assert.equal(await pay.makePayment.count(), 0, 'nothing to pay with');
    assert.equal(await pay.words('StayHere').count(), 0, 'nothing pulls the customer away again');
    await callsStay(pay, 1, 500);
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  // ---- the network between tap and return

  const answers = {
    'no network at all': (route) => route.abort('internetdisconnected'),
    'a login page with 200': (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome to Hotel Wi-Fi</h1>' }),
    'a redirect to a login page': (route) => route.fulfill({ status: 302, headers: { location: 'http://portal.invalid/login' } }),
    'a login page with 403': (route) => route.fulfill({ status: 403, contentType: 'text/html', body: '<h1>Log in</h1>' }),
    'a login page with 511': (route) => route.fulfill({ status: 511, contentType: 'text/html', body: '<h1>Log in</h1>' }),
  };
  for (const [what, answer] of Object.entries(answers)) {
    test(`${what} between the tap and the return`, () => visit('android', { problems: [/Failed to load|CORS|ERR_|connect-src/] }, async (asha) => {
      await world.gateway.settings({ link_mode: 'production' });
      try {
        const pay = await asha.shop();
        const link = pay.page.getByRole('link', { name: 'PhonePe', exact: true });
        await link.waitFor();
        const href = await link.getAttribute('href');
        await link.tap();
        await hide(pay.page);
        await eventually('the attempt', async () => (await pay.attempts()).length === 1);
        let asked = 0;
        await pay.page.route('**/api/orders/**', (route) => {
          asked += 1;
          return answer(route);
        });
        await show(pay.page);
        await eventually('the page has asked', () => asked >= 2);
        await pay.says('WaitingIntent');
        assert.equal(await pay.words('ThankYou').count(), 0, 'coming back proves nothing');
        await app.scan(href);
        await pay.page.unroute('**/api/orders/**');
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'intent', attempts: 1 });
      } finally {
        await world.gateway.settings({ link_mode: 'sandbox' });
      }
    }));
  }

  for (const minutes of [-9, 9]) {
    test(`the customer’s clock is ${minutes} minutes off`, () => visit('desktop', {}, async (asha) => {
      await asha.context.addInitScript((off) => {
        const now = Date.now;
        Date.now = () => now() + off;
      }, minutes * 60_000);
      const pay = await asha.shop();
      await pay.showQr.click();
      const text = await readCode(pay, `robust-clock-${minutes}`);
      assert.match(await pay.timer.innerText(), /^0[45]:\d\d$/);
      await app.scan(text);
      await pay.says('ThankYou');
      await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
    }));
  }

  // ---- by keyboard alone, by each channel (the UPI ID on a desktop: modes.test.mjs)

  test('by keyboard alone on a phone: an app', () => visit('android', {}, async (asha) => {
    const pay = await asha.shop();
    await pay.page.getByRole('link', { name: 'Google Pay', exact: true }).waitFor();
    await tabTo(pay.page, 'Google Pay');
    const opened = asha.context.waitForEvent('page');
    await pay.page.keyboard.press('Enter');
    await useSimulator(await opened, 'Success');
    await pay.page.bringToFront();
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'intent', attempts: 1 });
  }));

  test('by keyboard alone on a tablet: an app', () => visit('androidTablet', {}, async (asha) => {
    const pay = await asha.shop();
    await tabTo(pay.page, 'Google Pay');
    // A tablet's links are not prepared: the press fetches one.
    await pay.page.keyboard.press('Enter');
    await pay.link('OpenApp', 'Google Pay').waitFor();
    await tabTo(pay.page, say('OpenApp', 'Google Pay'));
    const opened = asha.context.waitForEvent('page');
    await pay.page.keyboard.press('Enter');
    await useSimulator(await opened, 'Success');
    await pay.page.bringToFront();
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'intent', attempts: 1 });
  }));
  for (const device of ['android', 'androidTablet']) {
    test(`by keyboard alone: the UPI ID (${device})`, () => visit(device, {}, async (asha) => {
      const pay = await asha.shop();
      await tabTo(pay.page, say('UpiIdLabel'));
      await pay.page.keyboard.type('testsuccess@gocash');
      await pay.page.keyboard.press('Enter');
      await pay.says('ThankYou');
      await paidOnce(pay, { channel: 'collect', attempts: 1 });
    }));
  }

  for (const device of ['android', 'desktop']) {
    test(`by keyboard alone: the QR code (${device})`, () => visit(device, {}, async (asha) => {
      const pay = await asha.shop();
      await tabTo(pay.page, say('ShowQrCode'));
      await pay.page.keyboard.press('Space');
      const text = await readCode(pay, `robust-keyboard-qr-${device}`);
      await tabTo(pay.page, say('NewQrCode'));
      await app.scan(text);
      await pay.says('ThankYou');
      await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
    }));
  }
});
