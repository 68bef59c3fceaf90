// What goes wrong ends in the right words and a way to go on (product.md §1.10, §3).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer } from './support/customer.mjs';
import { postWebhook } from './support/gateway.mjs';
import { readCode, shoot } from './support/pictures.mjs';
import { UpiApp, useSimulator } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

describe('failures', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('failures'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (device, work) => {
    const customer = await Customer.arrive(browser, world, device);
    try {
      await work(customer);
    } finally {
      await customer.close();
      await world.gateway.clearFaults();
    }
  };
  const failed = async (pay, index, reason) => {
    await eventually(`attempt ${index} failed: ${reason}`, async () => {
      const attempt = (await pay.attempts())[index - 1];
      return attempt?.status === 'failed' && attempt.failure_reason === reason;
    });
  };

  test('declined in the app: what happened, “Try again”, and it is paid', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await app.decline(pay.orderId);
    await pay.says('FailedUserCancelled');
    await failed(pay, 1, 'user_cancelled');
    assert.equal((await pay.order()).payment_status, 'failed');
    assert.equal((await pay.order()).fulfillment_status, 'pending');
    await shoot(pay, 'desktop-declined');
    await eventually('the shop hears of the failure',
      async () => (await world.shopWebhooks(pay.orderId, 'order.payment_failed')).length === 1);

    await pay.button('TryAgain').click();
    await pay.says('WaitingCollect', 'as***@okaxis');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 2 });
  }));

  test('the bank’s reason is told in plain words', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    const cases = [
      ['testinsufficientfunds@gocash', 'DetailInsufficientFunds'],
      ['testinvalidpin@gocash', 'DetailWrongPin'],
    ];
    for (const [vpa, words] of cases) {
      await pay.payWithUpiId(vpa);
      await pay.says(words);
    }
    await pay.payWithUpiId('testsuccess@gocash');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 3 });
  }));

  test('money may have moved: no “Try again”, a warning before another way, and it may still be paid', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('testtimeoutbank@gocash');
    await pay.says('DetailMoneyUnclear');
    await pay.says('MoneyReturns');
    await failed(pay, 1, 'unknown');
    assert.equal(await pay.button('TryAgain').count(), 0);
    assert.equal(await pay.upiId.count() + await pay.showQr.count(), 0, 'no way to pay at first sight');
    await shoot(pay, 'desktop-money-unclear');
    await pay.button('ChooseAnotherWay').click();
    await pay.says('MayHavePaid');
    await pay.says('MoneyReturns');
    assert.ok(await pay.showQr.isVisible());
    await shoot(pay, 'desktop-pay-again');
    await pay.button('KeepWaiting').click();
    await pay.says('DetailMoneyUnclear');

    const [sent] = await world.gateway.deliveries(pay.orderId);
    const success = JSON.parse(sent.body);
    success.type = 'PAYMENT_SUCCESS_WEBHOOK';
    success.data.payment.payment_status = 'SUCCESS';
    delete success.data.error_details;
    assert.equal((await postWebhook(world, JSON.stringify(success))).status, 200);
    await pay.says('ThankYou');
    assert.equal((await pay.order()).payment_status, 'paid');
  }));

  test('the customer left the app: user dropped, and the QR code as the other way', () => visit('android', async (asha) => {
    const pay = await asha.shop();
    const opened = asha.context.waitForEvent('page');
    await pay.page.getByRole('link', { name: 'PhonePe', exact: true }).tap();
    const tab = await opened;
    await useSimulator(tab, 'Drop');
    await tab.close();
    await pay.says('FailedUserDropped');
    await failed(pay, 1, 'user_dropped');
    await shoot(pay, 'phone-user-dropped');
    await pay.showQr.tap();
    await app.scan(await readCode(pay, 'phone-qr-after-drop'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 2 });
  }));

  test('a failed app payment is tried again with the same app', () => visit('android', async (asha) => {
    const pay = await asha.shop();
    const tap = async (locator, outcome) => {
      const opened = asha.context.waitForEvent('page', { timeout: 3000 }).catch(() => null);
      await locator.tap();
      let tab = await opened;
      if (!tab) {
        // No link was there at the tap; it opens with the next one.
        const second = asha.context.waitForEvent('page');
        await pay.link('OpenApp', 'Google Pay').tap();
        tab = await second;
      }
      await useSimulator(tab, outcome);
      await tab.close();
    };
    await tap(pay.page.getByRole('link', { name: 'Google Pay', exact: true }), 'Failure');
    await pay.says('FailedUserCancelled');
    const again = pay.button('TryAgain').or(pay.link('TryAgain'));
    await tap(again, 'Success');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'intent', attempts: 2 });
  }));

  test('three failures close the channel; another one still works', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    for (const n of [1, 2, 3]) {
      await pay.payWithUpiId('testfailure@gocash');
      await failed(pay, n, 'user_cancelled');
      if (n < 3) await pay.button('TryAgain').waitFor();
    }
    await pay.words('ChannelClosedCollect').first().waitFor();
    assert.equal(await pay.upiId.count(), 0, 'no field to type into');
    await shoot(pay, 'desktop-channel-closed');
    assert.equal((await world.shopWebhooks(pay.orderId, 'order.payment_failed')).length, 3);
    await pay.showQr.click();
    await app.scan(await readCode(pay, 'desktop-qr-after-closed'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 4 });
  }));

  test('“I cancelled” frees the page; money that comes after all still counts', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.button('ICancelled').click();
    await pay.says('FailedUserCancelled');
    await failed(pay, 1, 'user_cancelled');
    assert.ok(await pay.upiId.isVisible());
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('another way while one is open supersedes it', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.button('ChooseAnotherWay').click();
    await pay.says('StillOpen');
    await shoot(pay, 'desktop-choose-another');
    await pay.showQr.click();
    const text = await readCode(pay, 'desktop-qr-instead');
    await failed(pay, 1, 'superseded');
    await app.scan(text);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 2 });
  }));

  test('a UPI ID that the gateway refuses is told at the field', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('testinvalid@gocash');
    await pay.says('DetailVpaNotFound');
    assert.equal(await pay.upiId.getAttribute('aria-invalid'), 'true');
    await failed(pay, 1, 'invalid_vpa');
    await shoot(pay, 'desktop-vpa-refused');
    await pay.payWithUpiId('testsuccess@gocash');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 2 });
  }));

  test('collect is not allowed: that channel is closed with a helpful word', () => visit('desktop', async (asha) => {
    await world.gateway.fault('collect_blocked', { count: 'always' });
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.words('CollectNotAllowedUseQr').first().waitFor();
    assert.equal(await pay.upiId.count(), 0);
    await shoot(pay, 'desktop-collect-not-allowed');
    await pay.showQr.click();
    await app.scan(await readCode(pay, 'desktop-qr-instead-of-collect'));
    await pay.says('ThankYou');
  }));

  test('a code runs out: checked, told, and a new one works; the old one would have counted', async () => {
    await world.server.restart({ QR_TTL_S: '6' });
    try {
      await visit('desktop', async (asha) => {
        const pay = await asha.shop();
        await pay.showQr.click();
        await readCode(pay, 'desktop-qr-short');
        await pay.words('QrExpired').first().waitFor({ timeout: 40_000 });
        await failed(pay, 1, 'expired');
        await shoot(pay, 'desktop-qr-expired');
        await pay.newQr.click();
        await app.scan(await readCode(pay, 'desktop-qr-renewed'));
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'qrcode', attempts: 2 });
      });
      await visit('desktop', async (asha) => {
        const pay = await asha.shop();
        await pay.showQr.click();
        const text = await readCode(pay, 'desktop-qr-short-2');
        await pay.words('QrExpired').first().waitFor({ timeout: 40_000 });
        await app.scan(text);
        await pay.says('ThankYou');
        await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
      });
    } finally {
      await world.server.restart({ QR_TTL_S: '300' });
    }
  });

  test('a collect request runs out', async () => {
    await world.server.restart({ COLLECT_TTL_S: '5' });
    try {
      await visit('desktop', async (asha) => {
        const pay = await asha.shop();
        await pay.payWithUpiId('asha@okaxis');
        await pay.says('WaitingCollect', 'as***@okaxis');
        await pay.words('FailedExpired').first().waitFor({ timeout: 40_000 });
        await failed(pay, 1, 'expired');
        await shoot(pay, 'desktop-collect-expired');
        await pay.payWithUpiId('testsuccess@gocash');
        await pay.says('ThankYou');
      });
    } finally {
      await world.server.restart({ COLLECT_TTL_S: '300' });
    }
  });

  test('waiting longer than a bank should take', async () => {
    await world.server.restart({ WAITING_LONG_S: '2' });
    try {
      await visit('android', async (asha) => {
        const pay = await asha.shop();
        const opened = asha.context.waitForEvent('page');
        await pay.page.getByRole('link', { name: 'Paytm', exact: true }).tap();
        const tab = await opened;
        await pay.says('WaitingIntent');
        await pay.words('WaitingLong').first().waitFor({ timeout: 40_000 });
        await shoot(pay, 'phone-waiting-long');
        await useSimulator(tab, 'Success');
        await pay.says('ThankYou');
      });
    } finally {
      await world.server.restart({ WAITING_LONG_S: '120' });
    }
  });

  test('the gateway fails three times: “Our team will contact you”, and the shop is told', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await world.gateway.fault('bank_processing_failure', {
      endpoint: 'order_pay', count: 'always', order_id: pay.orderId,
    });
    for (const n of [1, 2, 3]) {
      await pay.payWithUpiId('asha@okaxis');
      await eventually(`failure ${n}`, async () => (await pay.attempts())[n - 1]?.status === 'failed',
        { timeout: 60_000 });
      if (n < 3) await pay.upiId.waitFor();
    }
    await pay.says('ContactYou');
    await shoot(pay, 'desktop-contact-you');
    const order = await pay.order();
    assert.equal(order.review_reason, 'gateway_unavailable');
    await eventually('the shop is told to look',
      async () => (await world.shopWebhooks(pay.orderId, 'order.review')).length === 1);
  }));

  const smallerSum = async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    const payment = await eventually('the payment at the gateway', () => pay.payment());
    return { pay, payment };
  };

  test('a smaller sum is not paid while the gateway does not call the order paid', () => visit('desktop', async (asha) => {
    const { pay, payment } = await smallerSum(asha);
    const answer = await postWebhook(world, JSON.stringify({
      type: 'PAYMENT_SUCCESS_WEBHOOK',
      event_time: new Date().toISOString(),
      data: {
        order: { order_id: pay.orderId, order_amount: 290, order_currency: 'INR' },
        payment: {
          cf_payment_id: payment.cf_payment_id, payment_status: 'SUCCESS', payment_amount: 100,
          payment_currency: 'INR', payment_group: 'upi', payment_time: new Date().toISOString(),
        },
      },
    }));
    assert.equal(answer.status, 200);
    await pay.says('Review');
    assert.equal(await pay.words('AmountPaid').count(), 0, 'this sum was not paid');
    await shoot(pay, 'desktop-amount-mismatch');
    const order = await pay.order();
    assert.equal(order.payment_status === 'paid', false);
    assert.equal(order.review_reason, 'amount_mismatch');
    assert.deepEqual(await world.shopWebhooks(pay.orderId, 'order.paid'), []);
    await eventually('the shop is told to look',
      async () => (await world.shopWebhooks(pay.orderId, 'order.review')).length === 1);
  }));

  test('a smaller sum is paid when the gateway calls the order paid', () => visit('desktop', async (asha) => {
    const { pay, payment } = await smallerSum(asha);
    await world.gateway.act(payment.cf_payment_id, 'approve', { amount: 280 });
    await pay.says('ThankYou');
    assert.equal((await pay.order()).payment_status, 'paid');
  }));

  test('the backend is away: said, tried quietly, and it goes on by itself', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await world.server.kill9();
    await pay.words('TryLater').first().waitFor({ timeout: 40_000 });
    await pay.says('StillTrying');
    await shoot(pay, 'desktop-try-later');
    await world.server.start();
    await pay.words('TryLater').first().waitFor({ state: 'detached', timeout: 40_000 });
    await pay.payWithUpiId('testsuccess@gocash');
    await pay.says('ThankYou');
  }));

  test('money that arrives after the shop has cancelled the order is told on the same page', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    await pay.showQr.click();
    const text = await readCode(pay, 'desktop-before-cancelled');
    assert.equal((await world.api('POST', `/v1/orders/${pay.orderId}/cancel`)).status, 200);
    await pay.says('OrderCancelled');
    await app.scan(text);
    await pay.says('Review');
    const order = await pay.order();
    assert.equal(order.payment_status, 'paid');
    assert.equal(order.review_reason, 'paid_after_close');
  }));

  test('an order cancelled by the shop', () => visit('desktop', async (asha) => {
    const pay = await asha.shop();
    const answer = await world.api('POST', `/v1/orders/${pay.orderId}/cancel`);
    assert.equal(answer.status, 200);
    await pay.says('OrderCancelled');
    await shoot(pay, 'desktop-order-cancelled');
    assert.equal((await pay.order()).fulfillment_status, 'cancelled');
  }));
});
