// The journey in another engine: Debian's Firefox, if it is installed, through WebDriver BiDi.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer, PayPage } from './support/customer.mjs';
import { Firefox, hasFirefox, keys } from './support/firefox.mjs';
import { readQr } from './support/pictures.mjs';
import { say } from './support/texts.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { kOut, startWorld } from './support/world.mjs';

describe('Firefox', { skip: hasFirefox ? false : 'firefox-esr is not installed' }, () => {
  let world, browser, app, firefox, asha;
  before(async () => {
    [world, browser, firefox] = await Promise.all([startWorld('firefox'), launch(), Firefox.launch()]);
    app = await UpiApp.open(browser, world);
    // Shops without a browser; only the payment page is opened in Firefox.
    asha = await Customer.arrive(browser, world, 'desktop');
  });
  after(async () => {
    await firefox?.close();
    await browser?.close();
    await world?.stop();
  });

  /** The payment page of a fresh order. */
  const shop = async () => {
    await firefox.goto(await asha.payAddress());
    const url = await firefox.ask(() => location.href);
    await eventually('the page is up', () => firefox.ask(() => String(document.getElementById('m')?.style.getPropertyValue('--height'))));
    return new PayPage(asha, { url: () => url });
  };
  const quiet = () => assert.deepEqual(firefox.problems, [], 'errors on the console');

  test('pay by UPI ID, by keyboard alone', async () => {
    const pay = await shop();
    await firefox.tabTo(say('UpiIdLabel'));
    await firefox.type(`nonsense${keys.Enter}`);
    await firefox.says(say('VpaInvalid'));
    assert.equal(await firefox.focused(), say('UpiIdLabel'), 'the field keeps the focus');
    await firefox.type(keys.Backspace.repeat('nonsense'.length));
    await firefox.type('testsuccess@gocash');
    await firefox.tabTo(say('MakePayment'));
    await firefox.type(keys.Space);
    await firefox.says(say('ThankYou'));
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
    quiet();
  });

  test('the QR code can be read and is paid; a reload keeps it', async () => {
    const pay = await shop();
    await firefox.tabTo(say('ShowQrCode'));
    await firefox.type(keys.Enter);
    await firefox.says(say('WaitingQr'));
    const file = path.join(kOut, 'firefox-qr.png');
    const read = () => eventually('zbarimg reads the code', async () => {
      writeFileSync(file, await firefox.picture());
      return readQr(file);
    });
    const text = await read();
    await firefox.goto(pay.page.url());
    await firefox.says(say('WaitingQr'));
    assert.equal(await read(), text);
    await app.scan(text);
    await firefox.says(say('ThankYou'));
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
    quiet();
  });
});
