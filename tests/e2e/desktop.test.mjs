// On a desktop: only the UPI ID field and the QR code (product.md §1).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer, kMerchant } from './support/customer.mjs';
import { readCode, readQr, shoot } from './support/pictures.mjs';
import { say } from './support/texts.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

describe('desktop', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('desktop'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (work, options) => {
    const customer = await Customer.arrive(browser, world, 'desktop', options);
    try {
      await work(customer);
      assert.deepEqual(customer.problems, [], 'errors on the console');
    } finally {
      await customer.close();
    }
  };

  test('from the shop’s login over the QR code to the shop’s paid order', () => visit(async (asha) => {
    const pay = await asha.shopByHand({ masala: 2, cutting: 1 });
    await pay.ready();

    // The summary, and nothing that opens an app.
    assert.equal(new URL(pay.page.url()).searchParams.has('token'), false);
    for (const words of [kMerchant, say('OrderLabel', pay.orderId), '₹595.00']) {
      assert.ok(await pay.page.getByText(words, { exact: true }).first().isVisible(), words);
    }
    const items = pay.summary.getByRole('listitem');
    assert.match((await items.allInnerTexts()).join(' '), /Masala Chai.*₹580\.00.*Cutting Chai Sachet.*₹15\.00/s);
    assert.ok(await pay.upiId.isVisible());
    assert.ok(await pay.showQr.isVisible());
    for (const name of ['Google Pay', 'PhonePe', 'Paytm', '…More']) {
      assert.equal(await pay.app(name).count(), 0, `${name} is not offered on a desktop`);
    }
    assert.equal((await pay.order()).payment_status, 'pending');
    assert.deepEqual(await pay.payCalls(), [], 'nothing was asked of the gateway to pay');
    await shoot(pay, 'desktop-choose');

    await pay.showQr.click();
    const text = await readCode(pay, 'desktop-qr');
    await pay.says('WaitingQr');
    assert.match(await pay.timer.innerText(), /^0[45]:\d\d$/);
    const waiting = await pay.order();
    assert.equal(waiting.payment_status, 'processing');
    assert.equal(waiting.fulfillment_status, 'pending');
    const [call, ...others] = await pay.payCalls();
    assert.equal(others.length, 0);
    assert.equal(JSON.parse(call.body).payment_method.upi.channel, 'qrcode');
    assert.ok(call.idempotency_key);

    // Scanned with the app on the phone: the desktop moves on by itself.
    await app.scan(text);
    await pay.says('ThankYou');
    await pay.says('PaymentSuccessful');
    await shoot(pay, 'desktop-paid');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });

    await pay.link('BackToShop').click();
    await asha.page.waitForURL(`${world.shopUrl}/return/**`);
    await asha.page.getByText('Thank you! Your payment has arrived.').waitFor();
    assert.equal(await asha.page.locator('[data-payment-status]').innerText(), 'paid');
    assert.equal(await asha.page.locator('[data-fulfillment-status]').innerText(), 'confirmed');
    await shoot(asha.page, 'shop-paid-order');
  }));

  test('a UPI ID that pays by itself', () => visit(async (asha) => {
    await world.gateway.settings({ collect_success_delay_ms: 60_000 });
    const pay = await asha.shop();
    await pay.upiId.fill('testsuccess@gocash');
    await shoot(pay, 'desktop-upi-id-typed');
    await pay.makePayment.click();
    await pay.says('WaitingCollect', 'te***@gocash');
    await shoot(pay, 'desktop-waiting-collect');
    await world.gateway.advance(60_000);
    await pay.says('ThankYou');
    await world.gateway.settings({ collect_success_delay_ms: 700 });
    const { attempts } = await paidOnce(pay, { channel: 'collect', attempts: 1 });
    assert.equal(attempts[0].vpa_masked, 'te***@gocash');
    const upi = JSON.parse((await pay.payCalls())[0].body).payment_method.upi;
    assert.equal(upi.channel, 'collect');
    assert.equal(upi.upi_id, 'testsuccess@gocash');
  }));

  test('a UPI ID approved in the customer’s app, and back to the shop by itself', () => visit(async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId(' Asha.Rao@OKAXIS ');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await eventually('the order is processing', async () => (await pay.order()).payment_status === 'processing');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
    await asha.page.waitForURL(`${world.shopUrl}/return/**`);
    await asha.page.getByText('Thank you! Your payment has arrived.').waitFor();
  }));

  test('an invalid UPI ID is told at once and nothing is sent', () => visit(async (asha) => {
    const pay = await asha.shop();
    const posts = [];
    pay.page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(request.url());
    });
    const wrong = [
      ['', 'VpaEmpty'],
      ['asha', 'VpaInvalid'],
      ['9876543210', 'VpaMobileNumber'],
      ['asha@example.com', 'VpaEmail'],
      ['आशा@okaxis', 'VpaNonAscii'],
      ['asha rao@okaxis', 'VpaInvalid'],
    ];
    for (const [typed, words] of wrong) {
      await pay.payWithUpiId(typed);
      await pay.says(words);
      assert.equal(await pay.upiId.getAttribute('aria-invalid'), 'true', typed);
    }
    await shoot(pay, 'desktop-upi-id-invalid');
    assert.deepEqual(posts, []);
    assert.deepEqual(await pay.payCalls(), []);
    assert.deepEqual(await pay.attempts(), []);

    // The error goes as soon as it is no longer true, and the payment works.
    await pay.upiId.fill('testsuccess@gocash');
    await pay.words('VpaInvalid').waitFor({ state: 'detached' });
    await pay.makePayment.click();
    await pay.says('ThankYou');
  }));

  test('what was pasted is cleaned, and the clean text is shown before anything is sent', () => visit(async (asha) => {
    const pay = await asha.shop();
    const pasted = {
      ' ASHA@OKSBI ': 'asha@oksbi',
      'UPI ID: asha@oksbi.': 'asha@oksbi',
      'upi://pay?pa=asha%40oksbi&pn=Asha': 'asha@oksbi',
      '98765 43210 @ybl': '9876543210@ybl',
      'asha＠oksbi': 'asha@oksbi',
      '९८७६५४३२१०@ybl': '9876543210@ybl',
      '“asha@oksbi”': 'asha@oksbi',
      'as\u200bha@oksbi': 'asha@oksbi',
    };
    for (const [text, clean] of Object.entries(pasted)) {
      await pay.upiId.fill(text);
      await pay.upiId.blur();
      await eventually(`${text} becomes ${clean}`, async () => (await pay.upiId.inputValue()) === clean);
      assert.equal(await pay.upiId.getAttribute('aria-invalid'), null, text);
    }
    // Between two frames: what is to be shown is then what was shown before.
    await pay.upiId.evaluate((field) => {
      field.focus();
      field.value = 'ASHA@OKSBI';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.blur();
    });
    await eventually('cleaned again', async () => (await pay.upiId.inputValue()) === 'asha@oksbi');
    // Names are not joined: that may be somebody else.
    await pay.upiId.fill('ravi kumar@oksbi');
    await pay.upiId.blur();
    await pay.says('VpaInvalid');
    // A handle nobody knows is a word of caution, not an error.
    await pay.upiId.fill('asha@newhandle');
    await pay.upiId.blur();
    await pay.says('VpaUnknownHandle', 'newhandle');
    assert.equal(await pay.upiId.getAttribute('aria-invalid'), null);
    assert.deepEqual(await pay.attempts(), []);
  }));

  test('a likely typo gets a suggestion and is never corrected silently', () => visit(async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okhdfcbnak');
    await pay.button('DidYouMean', 'asha@okhdfcbank').waitFor();
    assert.equal(await pay.upiId.inputValue(), 'asha@okhdfcbnak');
    assert.deepEqual(await pay.attempts(), []);
    await shoot(pay, 'desktop-upi-id-suggestion');
    await pay.button('DidYouMean', 'asha@okhdfcbank').click();
    await eventually('the field holds the suggestion',
      async () => (await pay.upiId.inputValue()) === 'asha@okhdfcbank');
    await pay.makePayment.click();
    await pay.says('WaitingCollect', 'as***@okhdfcbank');
    assert.equal(JSON.parse((await pay.payCalls())[0].body).payment_method.upi.upi_id, 'asha@okhdfcbank');
  }));

  test('a likely typo that is right goes through at the first press after its word', () => visit(async (asha) => {
    await asha.page.clock.install();
    const pay = await asha.shop();
    await pay.upiId.fill('asha@okhdfcbnak');
    await pay.page.keyboard.press('Tab');
    await pay.says('VpaUnknownHandle', 'okhdfcbnak');
    await pay.page.clock.fastForward(1000);  // somebody reads it
    await pay.makePayment.click();
    await pay.says('WaitingCollect', 'as***@okhdfcbnak');
  }));

  test('large sums are grouped as in India, on the page and in the title', () => visit(async (asha) => {
    const pay = await asha.shop({ silver: 8 });
    assert.ok(await pay.page.getByText('₹1,00,000.00', { exact: true }).first().isVisible());
    assert.match(await pay.page.title(), /₹1,00,000\.00/);
    assert.equal((await pay.order()).amount_paise, 10_000_000);
  }));

  test('a code can be regenerated; the old one is superseded and still counts', () => visit(async (asha) => {
    const pay = await asha.shop();
    await pay.openQr();
    const old = await readCode(pay, 'desktop-qr-old');
    await pay.newQr.click();
    await eventually('a second attempt', async () => (await pay.attempts()).length === 2);
    await eventually('another code is shown',
      async () => (await readQr(await shoot(pay, 'desktop-qr-new'))) !== old);
    const [first] = await pay.attempts();
    assert.equal(first.status, 'failed');
    assert.equal(first.failure_reason, 'superseded');
    await app.scan(old);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 2 });
  }));

  test('“On your phone? Show apps” and back', () => visit(async (asha) => {
    const pay = await asha.shop();
    await pay.button('SwitchToApps').click();
    await pay.app('Google Pay').waitFor();
    await shoot(pay, 'desktop-switched-to-apps');
    await pay.button('SwitchToQr').click();
    await pay.app('Google Pay').waitFor({ state: 'detached' });
  }));
});
