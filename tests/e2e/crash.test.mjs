// Kill -9 of the server at any moment of a payment, then start: it finishes, with one charge.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer } from './support/customer.mjs';
import { readCode } from './support/pictures.mjs';
import { UpiApp, useSimulator } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

// A call that a dead program may have begun can arrive for 25 s more (kLongestCall); then it is known.
const kUnclear = { timeout: 60_000 };

describe('crash', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('crash'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const arrive = (device = 'desktop') => Customer.arrive(browser, world, device);

  // Each moment on an order of its own, and one crash that hits them all.
  test('a server that dies under eight payments loses none and charges none twice', async () => {
    const pays = {};
    const open = async (name, device) => {
      pays[name] = await (await arrive(device)).shop();
      return pays[name];
    };
    const slow = (pay) => world.gateway.fault('slow', {
      endpoint: 'order_pay', order_id: pay.orderId, value: 4000,
    });
    const seenByGateway = (pay) => eventually('the gateway has it', () => pay.payment());

    await open('nothing was chosen');
    await open('waiting for the customer');
    await open('a code is shown');
    await open('an app is open', 'android');
    await open('approved, webhook lost');
    await open('collect call under way');
    await open('QR call under way');
    await open('pressed this moment');

    const wait = pays['waiting for the customer'];
    await wait.payWithUpiId('asha@okaxis');
    await wait.says('WaitingCollect', 'as***@okaxis');
    const shown = pays['a code is shown'];
    await shown.showQr.click();
    const code = await readCode(shown, 'crash-qr');
    const phone = pays['an app is open'];
    const opened = phone.customer.context.waitForEvent('page');
    await phone.page.getByRole('link', { name: 'PhonePe', exact: true }).tap();
    const simulator = await opened;
    await phone.says('WaitingIntent');
    const lost = pays['approved, webhook lost'];
    await lost.payWithUpiId('ravi@ybl');
    await seenByGateway(lost);
    await world.gateway.fault('lost_webhook', { count: 'always', order_id: lost.orderId });

    const collecting = pays['collect call under way'];
    await slow(collecting);
    await collecting.payWithUpiId('ravi@okicici');
    await seenByGateway(collecting);
    const drawing = pays['QR call under way'];
    await slow(drawing);
    await drawing.showQr.click();
    await seenByGateway(drawing);
    await app.approve(lost.orderId);
    const pressed = pays['pressed this moment'];
    await pressed.upiId.fill('asha@axl');
    const press = pressed.makePayment.click();
    await world.server.kill9();
    await press;

    // The bank does not wait for our server.
    await app.approve(wait.orderId);
    await app.scan(code);
    await useSimulator(simulator, 'Success');
    await app.approve(collecting.orderId);
    await world.server.start();

    await pressed.says('WaitingCollect', 'as***@axl');
    await app.approve(pressed.orderId);
    await drawing.code.waitFor();
    await app.scan(await readCode(drawing, 'crash-qr-after'));
    await pays['nothing was chosen'].payWithUpiId('testsuccess@gocash');

    // All are watched at once: a page that has said thanks goes back to the shop by itself.
    await Promise.all(Object.entries(pays).map(async ([name, pay]) => {
      await eventually(`paid: ${name}`, async () => (await pay.order()).payment_status === 'paid');
      await pay.says('ThankYou');
    }));
    for (const [name, pay] of Object.entries(pays)) {
      const { attempts } = await paidOnce(pay);
      const counted = attempts.filter((attempt) => attempt.failure_reason !== 'superseded');
      assert.equal(counted.length, 1, `one attempt: ${name}`);
    }
    assert.equal((await collecting.payCalls()).length, 1, 'a collect call is never sent again');
  });

  test('killed again and again while one payment goes on', async () => {
    const pay = await (await arrive()).shop();
    await pay.payWithUpiId('asha@okaxis');
    for (let n = 0; n < 4; ++n) {
      await world.server.kill9();
      await world.server.start();
    }
    // Either the call went out once, or it is known not to have: then the customer tries again.
    const known = async () => (await pay.payment()) ?? (await pay.attempts()).some((one) => one.status === 'failed');
    await eventually('the fate of the call is known', known, kUnclear);
    if (!(await pay.payment())) await pay.button('TryAgain').click();
    await eventually('the gateway has it', () => pay.payment());
    await app.approve(pay.orderId);
    await world.server.kill9();
    await world.server.start();
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect' });
    assert.equal((await world.gateway.payments(pay.orderId)).length, 1);
  });

  // Milliseconds between the press and the crash: before the request is heard, while it is
  // committed, while the gateway is called, after its answer.
  for (const moment of [0, 15, 40, 90, 200]) {
    test(`killed ${moment} ms after the press, with a UPI ID and with a code`, async () => {
      const [collect, qr] = [await (await arrive()).shop(), await (await arrive()).shop()];
      await collect.upiId.fill('asha@okaxis');
      await Promise.all([collect.makePayment.click(), qr.showQr.click()]);
      await pause(moment);
      await world.server.kill9();
      await world.server.start();
      for (const [pay, canPay] of [
        [collect, async () => Boolean(await collect.payment())],
        [qr, () => qr.code.isVisible()],
      ]) {
        await eventually('it can be paid', async () => {
          if (await pay.button('TryAgain').isVisible()) await pay.button('TryAgain').click({ timeout: 1000 });
          return canPay();
        }, kUnclear);
        await world.gateway.act((await pay.payment()).cf_payment_id, 'approve');
        await pay.says('ThankYou');
        await paidOnce(pay);
      }
    });
  }

  test('SIGTERM ends it with 0 in the middle of held requests', async () => {
    const pay = await (await arrive()).shop();
    await pay.showQr.click();
    await pay.code.waitFor();
    assert.equal(await world.server.stop(), 0);
    await world.server.start();
    await app.scan(await readCode(pay, 'crash-qr-term'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  });
});
