// The QR code on the screen is the gateway's text, byte for byte (docs/architecture.md §7).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer } from './support/customer.mjs';
import { gatewayPicture, gatewayQrText, readCode, shoot } from './support/pictures.mjs';
import { eventually } from './support/wait.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { startWorld } from './support/world.mjs';

const kLooks = {
  'a desktop': ['desktop', {}],
  'a desktop, dark': ['desktop', { colorScheme: 'dark' }],
  'a desktop without canvas': ['desktop', { mode: 'dom' }],
  'a desktop at 150 %': ['desktop', { deviceScaleFactor: 1.5 }],
  'an Android phone': ['android', { deviceScaleFactor: 2.625 }],
  'an iPhone': ['iphone', { deviceScaleFactor: 3 }],
  'an iPhone, dark': ['iphone', { deviceScaleFactor: 3, colorScheme: 'dark' }],
  'a phone without canvas': ['android', { deviceScaleFactor: 2, mode: 'dom' }],
};

describe('qr', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('qr'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (device, options, work) => {
    const customer = await Customer.arrive(browser, world, device, options);
    try {
      await work(customer);
    } finally {
      await customer.close();
      await world.gateway.clearFaults();
    }
  };

  for (const [who, [device, options]] of Object.entries(kLooks)) {
    for (const link_mode of ['sandbox', 'production']) {
      // Both texts on the two main devices, the real one on the others.
      if (link_mode === 'sandbox' && !['a desktop', 'an Android phone'].includes(who)) continue;
      test(`on ${who}, ${link_mode} links`, () => visit(device, options, async (asha) => {
        await world.gateway.settings({ link_mode });
        const pay = await asha.shop();
        await pay.showQr.click();
        const name = `qr ${who} ${link_mode}`.replace(/[^a-z0-9]+/gi, '-').toLowerCase();
        const text = await readCode(pay, name);
        const call = (await pay.payCalls()).find((one) => one.body.includes('qrcode'));
        assert.equal(text, await gatewayQrText(world, call));
        if (link_mode === 'production') {
          assert.match(text, /^upi:\/\/pay\?pa=.*&am=290\.00&/);
        }
      }));
    }
  }

  test('the code that was read is the one that is paid', () => visit('desktop', {}, async (asha) => {
    await world.gateway.settings({ link_mode: 'production' });
    const pay = await asha.shop({ masala: 1, cutting: 3 });
    await pay.showQr.click();
    await app.scan(await readCode(pay, 'qr-paid'));
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('a picture that cannot be read is shown as it came', () => visit('desktop', {}, async (asha) => {
    await world.gateway.fault('unreadable_qr', { count: 'always' });
    const pay = await asha.shop();
    await pay.showQr.click();
    await pay.code.waitFor();
    const shown = await pay.code.locator('img').getAttribute('src');
    const [call] = await pay.payCalls();
    assert.equal(shown, await gatewayPicture(world, call));
    await shoot(pay, 'qr-unreadable');
  }));

  test('a code of another sum is not shown and is reviewed', () => visit('desktop', {}, async (asha) => {
    await world.gateway.settings({ link_mode: 'production' });
    const pay = await asha.shop();
    await world.gateway.fault('wrong_amount_qr', { order_id: pay.orderId });
    await pay.showQr.click();
    await eventually('reviewed', async () => (await pay.order()).review_reason === 'amount_mismatch');
    await pay.says('FailedGatewayRefused');
    assert.equal(await pay.code.count(), 0);
    await shoot(pay, 'qr-wrong-amount');
  }));
});
