// The page with JavaScript off: app links, the UPI ID and the code still pay, through plain forms.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { callsStay, paidOnce } from './support/checks.mjs';
import { Customer, PayPage } from './support/customer.mjs';
import { readCode, shoot } from './support/pictures.mjs';
import { say, sayIn } from './support/texts.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

describe('without scripts', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('without_scripts'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (device, work, options = {}) => {
    const customer = await Customer.arrive(browser, world, device, {
      javaScriptEnabled: false, mode: 'auto', ...options,
    });
    try {
      await work(customer, await customer.shop(options.teas, { ready: false }));
      assert.deepEqual(customer.problems, [], 'errors on the console');
    } finally {
      await customer.close();
    }
  };

  test('a UPI ID pays, and the page finds out by itself', () => visit('desktop', async (asha, pay) => {
    await shoot(pay, 'plain-desktop-choose');
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    assert.equal(await pay.page.evaluate(() => location.search), '', 'a redirect, no form');
    await shoot(pay, 'plain-desktop-waiting');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await shoot(pay, 'plain-desktop-paid');
    await pay.link('BackToShop').click();
    await pay.page.waitForURL(`${world.shopUrl}/return/**`);
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('a wrong UPI ID is said at its field, and Enter sends the mended one', () => visit('desktop', async (asha, pay) => {
    await pay.payWithUpiId('asha@gmail.com');
    await pay.says('VpaEmail');
    assert.equal(await pay.upiId.inputValue(), 'asha@gmail.com');
    assert.equal(await pay.upiId.getAttribute('aria-invalid'), 'true');
    assert.equal(await pay.page.evaluate(() => document.activeElement.id), 'c-vpa', 'the field has the focus');
    await shoot(pay, 'plain-desktop-error');
    await pay.upiId.fill('asha@okaxsi');
    await pay.upiId.press('Enter');
    await pay.button('DidYouMean', 'asha@okaxis').click();
    assert.equal(await pay.upiId.inputValue(), 'asha@okaxis');
    await callsStay(pay, 0, 300);
    await pay.upiId.press('Enter');
    await pay.says('WaitingCollect', 'as***@okaxis');
    assert.equal((await pay.attempts()).length, 1);
  }));

  test('a UPI ID that is typed outlives all items, more apps and another language', () => visit('iphone', async (asha, pay) => {
    await pay.upiId.fill('asha@oka');
    const field = pay.page.locator('#c-vpa');
    for (const [id, shown] of [['items', '#c-item-2-name'], ['app-other', '#c-app-other[aria-expanded=true]'], ['language', 'html[lang=hi]']]) {
      await pay.page.locator(`#c-${id}`).tap();
      await pay.page.locator(shown).waitFor();
      await shoot(pay, `plain-typed-${id}`);
      assert.equal(await field.inputValue(), 'asha@oka', id);
      assert.equal(await field.getAttribute('aria-invalid'), null, 'nobody is told off while typing');
      assert.doesNotMatch(pay.page.url(), /asha|vpa|upi/);
    }
    await field.fill('asha@okaxis');
    await field.press('Enter');
    await pay.page.getByText(sayIn('hi', 'WaitingCollect', 'as***@okaxis')).waitFor();
    assert.equal((await pay.attempts()).length, 1);
  }, { teas: { masala: 2, cutting: 1, silver: 1 } }));

  test('a code is shown, scanned and paid', () => visit('desktop', async (asha, pay) => {
    await pay.showQr.click();
    await pay.page.setViewportSize({ width: 320, height: 640 });
    const text = await readCode(pay, 'plain-desktop-qr');
    const modules = await pay.code.locator('svg').evaluate((svg) => svg.viewBox.baseVal.width);
    assert.ok((await pay.code.boundingBox()).width / modules >= 4, '4 css px a module');
    await app.scan(text);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  /** The link out opens the order in a browser that has no session of it, and pays there. */
  const paysOutside = async (pay, device, href) => {
    const outside = await Customer.arrive(browser, world, device, { javaScriptEnabled: false, mode: 'auto' });
    try {
      await outside.page.goto(href);
      assert.ok(await outside.page.locator('#c-amount').isVisible());
      await outside.page.locator('#c-show-qr').tap();
      await app.scan(await readCode(new PayPage(outside, outside.page), `plain-${device}-outside`));
    } finally {
      await outside.close();
    }
    await eventually('the code is paid', async () => {
      await pay.page.goto(`${world.serverUrl}/pay/${pay.orderId}`);
      return pay.page.getByText(say('ThankYou')).isVisible();
    });
  };

  test('out of an in-app browser on Android: the button becomes a link to Chrome', () => visit('androidInApp', async (asha, pay) => {
    await pay.upiId.fill('asha@oka');
    await pay.button('OpenInBrowser', 'Chrome').tap();
    const href = await pay.link('OpenInBrowser', 'Chrome').getAttribute('href');
    assert.equal(await pay.upiId.inputValue(), 'asha@oka');
    assert.match(href, /^intent:\/\/.*#Intent;scheme=http;package=com\.android\.chrome;end$/);
    await shoot(pay, 'plain-in-app-android');
    await paysOutside(pay, 'android', href.replace(/^intent/, 'http').replace(/#Intent.*$/, ''));
  }));

  test('out of an in-app browser on an iPhone: the link is there to be copied', () => visit('iphoneInApp', async (asha, pay) => {
    await pay.upiId.fill('asha@oka');
    await pay.button('CopyLink').tap();
    const link = await pay.page.locator('#c-in-app-link').innerText();
    assert.equal(await pay.upiId.inputValue(), 'asha@oka');
    assert.match(link, /^http:\/\/[^ ]+\?token=/);
    await shoot(pay, 'plain-in-app-iphone');
    await paysOutside(pay, 'iphone', link);
  }));

  test('an app without a link yet is started, and then is a link', async () => {
    // With preparing on, the link may be there before a slow machine has shown the page.
    await world.server.restart({ INTENT_PREPARE: 'off' });
    try {
      await visit('android', async (asha, pay) => {
        await shoot(pay, 'plain-phone-choose');
        await pay.app('PhonePe').click();
        const link = pay.link('OpenApp', 'PhonePe');
        await link.waitFor();
        assert.match(await link.getAttribute('href'), /^https?:\/\//);
        await shoot(pay, 'plain-phone-waiting');
        await app.approve(pay.orderId);
        await pay.says('ThankYou');
        const { attempts } = await paidOnce(pay, { channel: 'intent', attempts: 1 });
        assert.equal(attempts[0].app, 'phonepe');
      });
    } finally {
      await world.server.restart({ INTENT_PREPARE: 'phones' });
    }
  });

  test('a link that is there is followed, and the page tells what came of it', () => visit('android', async (asha, pay) => {
    // Prepared while the first page was looked at.
    await eventually('a prepared link', async () => (await world.database.prepared(pay.orderId))[0]?.prompt !== '');
    await pay.page.reload();
    const google = pay.link('AppGooglePay');
    await google.waitFor();
    assert.match(await google.getAttribute('href'), /^https?:\/\//);
    const [tab] = await Promise.all([asha.context.waitForEvent('page'), google.click()]);
    await tab.close();
    await app.approve(pay.orderId);
    await eventually('paid', async () => (await pay.order()).payment_status === 'paid');
    await pay.page.getByRole('link', { name: say('CheckNow') }).click();
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'intent', attempts: 1 });
  }));

  test('cancelled, tried again, another way: each is one attempt', () => visit('desktop', async (asha, pay) => {
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await pay.button('ChooseAnotherWay').click();
    await pay.says('StillOpen');
    await pay.button('KeepWaiting').click();
    await pay.says('WaitingCollect', 'as***@okaxis');
    await pay.button('ICancelled').click();
    await pay.says('FailedUserCancelled');
    await shoot(pay, 'plain-desktop-failed');
    await pay.showQr.click();
    await pay.code.waitFor();
    await pay.newQr.click();
    await eventually('another code', async () => (await pay.attempts()).length === 3);
    await app.scan(await readCode(pay, 'plain-desktop-qr-new'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 3 });
  }));

  test('where money may have moved another way comes after a warning', () => visit('desktop', async (asha, pay) => {
    await pay.payWithUpiId('testtimeoutbank@gocash');
    await pay.says('DetailMoneyUnclear');
    assert.equal(await pay.button('TryAgain').count() + await pay.showQr.count(), 0);
    await shoot(pay, 'plain-desktop-money-unclear');
    await pay.button('ChooseAnotherWay').click();
    await pay.says('MayHavePaid');
    await pay.says('MoneyReturns');
    await shoot(pay, 'plain-desktop-pay-again');
    await pay.showQr.click();
    await app.scan(await readCode(pay, 'plain-desktop-qr-after-unclear'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 2 });
  }));

  test('the same form sent again is the same attempt, and back shows what is true now', () => visit('desktop', async (asha, pay) => {
    const form = await pay.page.evaluate(() => {
      const fields = new FormData(document.getElementById('press-form'));
      return { ...Object.fromEntries(fields), press: 'show-qr' };
    });
    await pay.showQr.click();
    await pay.code.waitFor();
    const send = () => asha.context.request.post(pay.page.url(), {
      form, headers: { origin: world.serverUrl }, maxRedirects: 0,
    });
    for (const answer of await Promise.all([send(), send(), send()])) assert.equal(answer.status(), 303);
    await pay.page.goBack();
    await pay.code.waitFor();
    assert.equal((await pay.attempts()).length, 1);
    await callsStay(pay, 1);
  }));

  test('in Hindi, and in the other layout', () => visit('desktop', async (asha, pay) => {
    await pay.button('OtherLanguage').click();
    await pay.page.getByRole('button', { name: sayIn('hi', 'MakePayment') }).waitFor();
    assert.equal(await pay.page.locator('html').getAttribute('lang'), 'hi');
    await shoot(pay, 'plain-desktop-hindi');
    await pay.page.getByRole('button', { name: sayIn('hi', 'SwitchToApps') }).click();
    await pay.app('PhonePe').waitFor();
    assert.equal(await pay.page.locator('html').getAttribute('lang'), 'hi', 'the language stays');
  }));
});
