// On a phone: app buttons first, …More, the UPI ID, and last the QR code (product.md §1).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { callsStay, paidOnce } from './support/checks.mjs';
import { Customer, PayPage, kMerchant } from './support/customer.mjs';
import { hide, show, watchLife } from './support/life.mjs';
import { readCode, shoot } from './support/pictures.mjs';
import { say } from './support/texts.mjs';
import { UpiApp, useSimulator } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

const kApps = ['Google Pay', 'PhonePe', 'Paytm'];

describe('phone', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('phone'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (device, work, options) => {
    const customer = await Customer.arrive(browser, world, device, options);
    try {
      await customer.context.addInitScript(watchLife);
      await work(customer);
      assert.deepEqual(customer.problems, [], 'errors on the console');
    } finally {
      await customer.close();
      await world.gateway.settings({ link_mode: 'sandbox' });
    }
  };
  const appLink = async (pay, name) => {
    const link = pay.page.getByRole('link', { name, exact: true });
    await link.waitFor();
    return link;
  };
  const tops = async (locators) => {
    const boxes = await Promise.all(locators.map((locator) => locator.boundingBox()));
    return boxes.map((box) => box.y);
  };

  test('from the shop’s login over Google Pay to the shop’s paid order', () => visit('android', async (asha) => {
    const pay = await asha.shopByHand({ masala: 1 });
    await pay.ready();
    const google = await appLink(pay, 'Google Pay');

    // Summary, apps, …More, UPI ID with its button, QR: from top to bottom.
    const order = await tops([
      pay.page.getByText('₹290.00', { exact: true }).first(), google, pay.app('…More'),
      pay.upiId, pay.makePayment, pay.showQr,
    ]);
    assert.deepEqual(order, [...order].sort((a, b) => a - b), 'the order of the methods');
    for (const name of [...kApps, '…More']) {
      const box = await pay.app(name).boundingBox();
      assert.ok(box.width >= 44 && box.height >= 44, `${name} can be hit with a thumb`);
    }
    // The same order for who listens: the buttons have become links by now.
    const heard = (await pay.heard()).filter((name) => name !== say('OtherLanguage'));
    assert.deepEqual(heard, [
      kMerchant, say('PayWithUpiApp'), ...kApps, '…More', say('UpiIdLabel'), say('MakePayment'),
      say('ShowQrCode'), say('SwitchToQr'),
    ]);
    const width = await pay.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 412, 'no sideways scroll');
    await shoot(pay, 'phone-choose');

    // One link was prepared, which is no attempt yet.
    assert.equal((await pay.order()).payment_status, 'pending');
    assert.deepEqual(await pay.attempts(), []);
    assert.equal((await world.database.prepared(pay.orderId)).length, 1);
    await pay.page.reload();
    await pay.ready();
    await appLink(pay, 'Google Pay');
    await callsStay(pay, 1, 500);

    // The sandbox's links open in a new tab, where its simulator stands for the app.
    const opened = asha.context.waitForEvent('page');
    await google.tap();
    const tab = await opened;
    await eventually('the tap made it an attempt', async () => (await pay.attempts()).length === 1);
    const [attempt] = await pay.attempts();
    assert.equal(attempt.attempt_index, 1);
    assert.equal(attempt.app, 'gpay');
    assert.equal((await pay.order()).payment_status, 'processing');
    await pay.says('WaitingIntent');
    await shoot(pay, 'phone-waiting-app');
    await useSimulator(tab, 'Success');
    await pay.says('ThankYou');
    await shoot(pay, 'phone-paid');
    const { attempts } = await paidOnce(pay, { channel: 'intent', attempts: 1 });
    assert.equal(attempts[0].app, 'gpay');
    assert.equal((await pay.payCalls()).length, 1, 'the prepared link was the one that was paid');

    await pay.link('BackToShop').tap();
    await asha.page.waitForURL(`${world.shopUrl}/return/**`);
    await asha.page.getByText('Thank you! Your payment has arrived.').waitFor();
  }));

  test('the app that paid goes first the next time', () => visit('android', async (asha) => {
    const pay = await asha.shop();
    const named = async (page) => (await page.heard()).filter((name) => kApps.includes(name));
    assert.deepEqual(await named(pay), kApps);
    const opened = asha.context.waitForEvent('page');
    await (await appLink(pay, 'Paytm')).tap();
    await useSimulator(await opened, 'Success');
    await pay.says('ThankYou');
    const next = await asha.shop();
    assert.deepEqual(await named(next), ['Paytm', 'Google Pay', 'PhonePe']);
  }));

  test('…More on Android', () => visit('android', async (asha) => {
    const pay = await asha.shop();
    const opened = asha.context.waitForEvent('page');
    await (await appLink(pay, '…More')).tap();
    await useSimulator(await opened, 'Success');
    await pay.says('ThankYou');
    const { attempts } = await paidOnce(pay, { channel: 'intent', attempts: 1 });
    assert.equal(attempts[0].app, 'other');
  }));

  test('real app links are passed on as they came, and an app that did not open is told', () => visit('android', async (asha) => {
    await world.gateway.settings({ link_mode: 'production' });
    const pay = await asha.shop();
    const expected = {
      'Google Pay': 'tez://upi/pay?', PhonePe: 'phonepe://pay?', Paytm: 'paytmmp://pay?', '…More': 'upi://pay?',
    };
    for (const [name, start] of Object.entries(expected)) {
      const href = await (await appLink(pay, name)).getAttribute('href');
      assert.ok(href.startsWith(start), `${name}: ${href}`);
      assert.match(href, /[?&]am=290\.00(&|$)/);
    }
    const href = await pay.app('PhonePe').getAttribute('href');
    await pay.app('PhonePe').tap();
    await pay.says('WaitingIntent');
    // No such app is installed here: nothing hides the page.
    await pay.says('AppDidNotOpen', 'PhonePe');
    await pay.says('AppDidNotOpenHelp');
    await shoot(pay, 'phone-app-did-not-open');
    const [attempt] = await pay.attempts();
    assert.equal(attempt.status, 'pending', 'the attempt stays open');

    // It did open after all, late, and hides the page; who comes back is not told that it did not.
    await hide(pay.page);
    await show(pay.page);
    await pay.says('WaitingIntent');
    assert.equal(await pay.words('AppDidNotOpen', 'PhonePe').count(), 0);
    await app.scan(href);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'intent', attempts: 1 });
  }));

  test('while the system asks which app, nothing is said of it', () => visit('android', async (asha) => {
    await world.gateway.settings({ link_mode: 'production' });
    await asha.page.clock.install();
    const pay = await asha.shop();
    await (await appLink(pay, '…More')).tap();
    await pay.page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await pay.says('WaitingIntent');
    await pay.page.clock.runFor(6000);
    assert.equal(await pay.words('AnAppDidNotOpen').count(), 0);
    await pay.page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await pay.page.clock.runFor(3000);
    await pay.says('AnAppDidNotOpen');
  }));

  test('a link that was not prepared is fetched on the tap', async () => {
    await world.server.restart({ INTENT_PREPARE: 'off' });
    try {
      await visit('android', async (asha) => {
        const pay = await asha.shop();
        const button = pay.page.getByRole('button', { name: 'Paytm', exact: true });
        await button.waitFor();
        assert.deepEqual(await pay.payCalls(), []);
        await button.tap();
        // Opened at once if the tap is still alive, otherwise a link with focus.
        const simulator = async () => {
          const open = asha.context.pages().find((page) => page.url().includes('/simulator/'));
          if (open) return open;
          const link = pay.link('OpenApp', 'Paytm');
          if (await link.isVisible()) await link.tap({ timeout: 1000 });
          return null;
        };
        await useSimulator(await eventually('the app opens', simulator, { every: 300 }), 'Success');
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'intent', attempts: 1 });
        assert.equal((await pay.payCalls()).length, 1);
      });
    } finally {
      await world.server.restart({ INTENT_PREPARE: 'phones' });
    }
  });

  test('the UPI ID on a phone', () => visit('android', async (asha) => {
    await world.gateway.settings({ collect_success_delay_ms: 60_000 });
    const pay = await asha.shop();
    await pay.upiId.fill('testsuccess@gocash');
    await shoot(pay, 'phone-upi-id-typed');
    await pay.makePayment.tap();
    await pay.says('WaitingCollect', 'te***@gocash');
    await shoot(pay, 'phone-waiting-collect');
    await world.gateway.advance(60_000);
    await pay.says('ThankYou');
    await world.gateway.settings({ collect_success_delay_ms: 700 });
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('the QR code on a phone, for a second one', () => visit('android', async (asha) => {
    const pay = await asha.shop();
    await pay.showQr.tap();
    await app.scan(await readCode(pay, 'phone-qr'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('an iPhone has no chooser: …More opens further apps and the QR', () => visit('iphone', async (asha) => {
    const pay = await asha.shop();
    await appLink(pay, 'Google Pay');
    await shoot(pay, 'iphone-choose');
    assert.equal(await pay.app('BHIM').count(), 0);
    const more = pay.page.getByRole('button', { name: '…More', exact: true });
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await more.tap();
    const bhim = await appLink(pay, 'BHIM');
    const [bhimTop, qrTop, upiTop] = await tops([bhim, pay.showQr, pay.upiId]);
    assert.ok(bhimTop < qrTop && qrTop < upiTop, 'the QR follows the apps');
    await shoot(pay, 'iphone-more');
    assert.deepEqual(await pay.attempts(), [], '…More is no choice of an app yet');
    const opened = asha.context.waitForEvent('page');
    await bhim.tap();
    await useSimulator(await opened, 'Success');
    await pay.says('ThankYou');
    const { attempts } = await paidOnce(pay, { channel: 'intent', attempts: 1 });
    assert.equal(attempts[0].app, 'bhim');
  }));

  // There a bare upi: link opens whichever app claimed it first, and not the one that was tapped.
  test('no link on an iPhone is a bare upi: link', () => visit('iphone', async (asha) => {
    await world.gateway.settings({ link_mode: 'production' });
    const pay = await asha.shop();
    await appLink(pay, 'Google Pay');
    await pay.page.getByRole('button', { name: '…More', exact: true }).tap();
    await appLink(pay, 'BHIM');
    const links = await pay.page.locator('#m a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    assert.ok(links.length >= 4, links.join(' '));
    for (const href of links) assert.doesNotMatch(href, /^upi:/i);
  }));

  test('who sees the UPI ID is the operator’s policy, by device', async () => {
    const sees = async (device) => {
      let seen;
      await visit(device, async (asha) => {
        const pay = await asha.shop();
        await pay.showQr.waitFor();
        seen = await pay.upiId.count() === 1;
      });
      return seen;
    };
    try {
      await world.server.restart({ COLLECT_POLICY: 'npci-2026' });
      assert.equal(await sees('iphone'), true, 'iOS is exempt');
      assert.equal(await sees('android'), false);
      assert.equal(await sees('desktop'), false);
      await world.server.restart({ MERCHANT_CATEGORY_CODE: '6012' });
      assert.equal(await sees('android'), true, 'so are some trades');
      await world.server.restart({ COLLECT_POLICY: 'never' });
      assert.equal(await sees('iphone'), false);
    } finally {
      await world.server.restart({ COLLECT_POLICY: 'always', MERCHANT_CATEGORY_CODE: '5499' });
    }
  });

  for (const tablet of ['androidTablet', 'ipadAsMac']) {
    test(`${tablet}: QR and apps together`, () => visit(tablet, async (asha) => {
      const pay = await asha.shop();
      // An iPad that calls itself a Mac is known by the module alone: its apps come with the next answer.
      for (const name of kApps) await pay.app(name).waitFor();
      assert.ok(await pay.page.getByRole('heading', { name: say('PayOnThisDevice') }).isVisible());
      const [google, qr] = await Promise.all([pay.app('Google Pay').boundingBox(), pay.showQr.boundingBox()]);
      assert.ok(qr.x > google.x + google.width, 'side by side');
      assert.ok(await pay.upiId.isVisible());
      await shoot(pay, `${tablet}-choose`);
      await pay.button('SwitchToQr').tap();
      await pay.app('Google Pay').waitFor({ state: 'detached' });
      assert.ok(await pay.button('SwitchToApps').isVisible());
    }));
  }

  // The customer goes on in a browser of their own, which has no cookie of this order.
  const goesOnWith = async (device, link) => {
    assert.equal(new URL(link).origin, world.serverUrl);
    const outside = await Customer.arrive(browser, world, device);
    try {
      await outside.page.goto(link);
      const pay = await new PayPage(outside, outside.page).ready();
      assert.equal(pay.page.url().includes('token'), false);
      await pay.payWithUpiId('testsuccess@gocash');
      await pay.says('ThankYou');
      await paidOnce(pay, { channel: 'collect', attempts: 1 });
    } finally {
      await outside.close();
    }
  };

  test('out of an in-app browser on Android: an intent link to Chrome', () => visit('androidInApp', async (asha) => {
    const pay = await asha.shop();
    await pay.says('InAppBrowser');
    await shoot(pay, 'phone-in-app-browser');
    await pay.button('OpenInBrowser', 'Chrome').tap();
    const link = pay.link('OpenInBrowser', 'Chrome');
    await link.waitFor();
    const href = await link.getAttribute('href');
    assert.match(href, /^intent:\/\/.*#Intent;.*package=com\.android\.chrome;.*end$/);
    await goesOnWith('android', href.replace(/^intent/, 'http').replace(/#Intent.*$/, ''));
    asha.problems.length = 0;  // no intent can be followed here
    await pay.says('ThankYou');
  }));

  test('out of an in-app browser on an iPhone: the link is copied', () => visit('iphoneInApp', async (asha) => {
    const pay = await asha.shop();
    await pay.says('InAppBrowser');
    await pay.says('OpenInBrowserHelp');
    await pay.button('CopyLink').tap();
    await pay.says('LinkCopied');
    await shoot(pay, 'iphone-in-app-browser');
    const copied = await pay.page.evaluate(() => navigator.clipboard.readText());
    await goesOnWith('iphone', copied);
    await pay.says('ThankYou');
  }, { permissions: ['clipboard-read', 'clipboard-write'] }));

  test('out of an in-app browser that refuses to copy: the link is there to be marked', () => visit('iphoneInApp', async (asha) => {
    // As WebKit does it with a text that had to be fetched: the tap is over by then.
    await asha.context.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException('no activation', 'NotAllowedError'));
    });
    const pay = await asha.shop();
    await pay.button('CopyLink').tap();
    const link = pay.page.getByText(`${world.serverUrl}/pay/${pay.orderId}?token=`);
    await link.waitFor();
    assert.equal(await pay.words('LinkCopied').count(), 0);
    await shoot(pay, 'iphone-in-app-link');
    await goesOnWith('iphone', await link.innerText());
    await pay.says('ThankYou');
  }));

  test('in Hindi for who prefers it, and back', () => visit('android', async (asha) => {
    const pay = await asha.shop({ masala: 1 }, { ready: false });
    await pay.ready();
    assert.equal(await pay.page.locator('html').getAttribute('lang'), 'hi');
    await pay.page.getByRole('heading', { name: 'किसी UPI ऐप से भुगतान करें' }).waitFor();
    await shoot(pay, 'phone-hindi');
    await pay.page.getByRole('button', { name: 'English', exact: true }).tap();
    await pay.page.getByRole('heading', { name: say('PayWithUpiApp') }).waitFor();
    assert.equal(await pay.page.locator('html').getAttribute('lang'), 'en');
  }, { locale: 'hi-IN' }));
});
