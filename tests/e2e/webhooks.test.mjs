// However the gateway's news arrive, the end is the same paid order (product.md §2).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer } from './support/customer.mjs';
import { postWebhook } from './support/gateway.mjs';
import { readCode } from './support/pictures.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually, steadily } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

describe('webhooks', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('webhooks'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (work) => {
    const customer = await Customer.arrive(browser, world, 'desktop');
    try {
      await work(customer);
    } finally {
      await customer.close();
      await world.gateway.clearFaults();
    }
  };
  const waiting = async (asha) => {
    const pay = await asha.shop();
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await eventually('the payment at the gateway', () => pay.payment());
    return pay;
  };
  const delivered = (pay, count) => eventually(`${count} deliveries answered with 200`, async () => {
    const tries = (await world.gateway.deliveries(pay.orderId)).flatMap((one) => one.attempts);
    return tries.filter((one) => one.http_status === 200).length >= count;
  });
  const post = (body, options) => postWebhook(world, body, options);

  test('delivered twice', () => visit(async (asha) => {
    await world.gateway.fault('duplicate_webhook', { count: 'always' });
    const pay = await waiting(asha);
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await delivered(pay, 2);
    const { told } = await paidOnce(pay, { attempts: 1 });
    await world.gateway.resend({ order_id: pay.orderId });
    await delivered(pay, 3);
    // Nothing new is told to the shop.
    await steadily(async () => {
      const again = await world.shopWebhooks(pay.orderId, 'order.paid');
      assert.deepEqual(again.map(({ id, deliveries }) => [id, deliveries]), [[told.id, 1]]);
    }, 1000);
    await paidOnce(pay, { attempts: 1 });
  }));

  test('late: the backend has asked by itself long before', () => visit(async (asha) => {
    await world.gateway.fault('delayed_webhook', { count: 'always', value: 3_600_000 });
    const pay = await waiting(asha);
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { attempts: 1 });
    await world.gateway.clearFaults();
    await world.gateway.advance(3_700_000);
    await delivered(pay, 1);
    await paidOnce(pay, { attempts: 1 });
  }));

  test('before the reply of Order Pay', () => visit(async (asha) => {
    const pay = await asha.shop();
    await world.gateway.fault('webhook_before_reply', { endpoint: 'order_pay', order_id: pay.orderId });
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
    assert.equal((await pay.payCalls()).length, 1);
  }));

  test('before the reply of Order Pay, and the reply is lost', () => visit(async (asha) => {
    const pay = await asha.shop();
    await world.gateway.fault('webhook_before_reply', { endpoint: 'order_pay', order_id: pay.orderId });
    await world.gateway.fault('drop_after_accept', { endpoint: 'order_pay', order_id: pay.orderId });
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect' });
    assert.equal((await pay.payCalls()).length, 1);
  }));

  test('SUCCESS after FAILED of the same payment, then FAILED once more', () => visit(async (asha) => {
    const pay = await waiting(asha);
    await app.decline(pay.orderId);
    await pay.says('FailedUserCancelled');
    const [failed] = await world.gateway.deliveries(pay.orderId);
    // The customer tries again inside the app; Cashfree calls that the same payment.
    const success = JSON.parse(failed.body);
    success.type = 'PAYMENT_SUCCESS_WEBHOOK';
    success.data.payment.payment_status = 'SUCCESS';
    delete success.data.error_details;
    assert.equal((await post(JSON.stringify(success))).status, 200);
    await pay.says('ThankYou');
    assert.equal((await pay.order()).payment_status, 'paid');
    // The old failure comes again, late: paid is final.
    await world.gateway.resend({ order_id: pay.orderId });
    await delivered(pay, 2);
    await steadily(async () => assert.equal((await pay.order()).payment_status, 'paid'), 1000);
    assert.equal((await world.shopWebhooks(pay.orderId, 'order.paid')).length, 1);
  }));

  test('FAILED after SUCCESS: asked, and it stays paid', () => visit(async (asha) => {
    const pay = await waiting(asha);
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    const [paid] = await world.gateway.deliveries(pay.orderId);
    const failed = JSON.parse(paid.body);
    failed.type = 'PAYMENT_FAILED_WEBHOOK';
    failed.data.payment.payment_status = 'FAILED';
    assert.equal((await post(JSON.stringify(failed))).status, 200);
    await eventually('the failure was applied', async () => {
      const rows = await world.database.inbox(pay.orderId);
      return rows.filter((row) => row.kind === 'webhook' && row.verdict !== '').length >= 2;
    });
    await paidOnce(pay, { attempts: 1 });
    assert.ok(await pay.words('ThankYou').first().isVisible());
  }));

  test('lost altogether: the Reconciler gets there', () => visit(async (asha) => {
    await world.gateway.fault('lost_webhook', { count: 'always' });
    const pay = await waiting(asha);
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { attempts: 1 });
    assert.equal((await world.database.inbox(pay.orderId)).some((row) => row.kind === 'webhook'), false);
  }));

  test('a QR code paid with its webhook lost', () => visit(async (asha) => {
    await world.gateway.fault('lost_webhook', { count: 'always' });
    const pay = await asha.shop();
    await pay.showQr.click();
    await app.scan(await readCode(pay, 'webhook-lost-qr'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('with numeric ids, null channels and an odd timestamp', () => visit(async (asha) => {
    for (const fault of ['numeric_cf_payment_id', 'null_upi_channel', 'seconds_timestamp']) {
      await world.gateway.fault(fault, { count: 'always' });
    }
    const pay = await waiting(asha);
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { attempts: 1 });
  }));

  test('a type and a status that disagree are asked about', () => visit(async (asha) => {
    const pay = await waiting(asha);
    await world.gateway.fault('type_status_disagree', { count: 'always' });
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { attempts: 1 });
  }));

  test('forged, altered and unsigned ones are refused, and nothing is stored', () => visit(async (asha) => {
    const pay = await waiting(asha);
    const [{ cf_payment_id }] = await world.gateway.payments(pay.orderId);
    const body = JSON.stringify({
      type: 'PAYMENT_SUCCESS_WEBHOOK',
      event_time: new Date().toISOString(),
      data: {
        order: { order_id: pay.orderId, order_amount: 290, order_currency: 'INR' },
        payment: { cf_payment_id, payment_status: 'SUCCESS', payment_amount: 290, payment_currency: 'INR', payment_group: 'upi' },
      },
    });
    const before = await world.database.count('inbox');
    const timestamp = String(Date.now());
    const signature = createHmac('sha256', world.secrets.CASHFREE_CLIENT_SECRET)
      .update(timestamp + body).digest('base64');
    const raw = (headers, text = body) => fetch(`${world.serverUrl}/webhooks/cashfree`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text,
    });
    const refused = [
      await post(body, { secret: 'guessed' }),
      await raw({}),
      await raw({ 'x-webhook-timestamp': timestamp }),
      await raw({ 'x-webhook-signature': signature }),
      await raw({ 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature }, body.replace('290', '291')),
      await raw({ 'x-webhook-timestamp': String(Number(timestamp) + 1), 'x-webhook-signature': signature }),
    ];
    assert.deepEqual(refused.map((answer) => answer.status), refused.map(() => 401));
    assert.equal(await world.database.count('inbox'), before);
    assert.equal((await pay.order()).payment_status, 'processing');

    // The previous secret still counts during a rotation; the signature is over the raw bytes.
    const spaced = JSON.stringify(JSON.parse(body), null, 3);
    assert.equal((await post(spaced, { secret: world.secrets.CASHFREE_CLIENT_SECRET_PREVIOUS })).status, 200);
    await pay.says('ThankYou');
    assert.equal((await pay.order()).payment_status, 'paid');
  }));

  test('the shop was down: it is told when it is back, once', () => visit(async (asha) => {
    const pay = await waiting(asha);
    await world.shop.kill9();
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await eventually('a try that failed', () => world.server.output.includes('notification.failed'));
    await world.shop.start();
    await paidOnce(pay, { attempts: 1 });
  }));
});
