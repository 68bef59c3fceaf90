// The journey in another engine, and what can happen to it there: Debian's Firefox, if it is installed, through
// WebDriver BiDi. One browser for all: each test has a tab of its own. With Xvfb it has WebGL (drawn in software).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { callsStay, paidOnce } from './support/checks.mjs';
import { Customer, PayPage } from './support/customer.mjs';
import { Firefox, hasFirefox, hasGraphics, keys } from './support/firefox.mjs';
import { countFrames, slowGraphics, watchModes } from './support/life.mjs';
import { readQr } from './support/pictures.mjs';
import { nextFrame } from './support/reading.mjs';
import { say } from './support/texts.mjs';
import { UpiApp, useSimulator } from './support/upi_app.mjs';
import { eventually, steadily } from './support/wait.mjs';
import { kOut, startWorld } from './support/world.mjs';

const kAndroid = 'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';
const withGraphics = { skip: hasGraphics ? false : 'without Xvfb Firefox has no WebGL' };

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

  /**
   * The payment page of a fresh order in a tab of its own.
   * @param canvas to paint on it although it is drawn in software; else the page chooses
   * @param prepare what is done to the tab before
   * @param ready false: the module does not take over
   * @param problems what the console may say
   */
  const visit = async ({ canvas = false, prepare, ready = true, problems = [] }, work) => {
    firefox.problems.length = 0;
    const tab = await firefox.tab();
    try {
      if (canvas) await tab.before(() => {
        if (location.pathname.startsWith('/pay/') && !location.search) history.replaceState(null, '', `${location.pathname}?canvas=1`);
      });
      await prepare?.(tab);
      await tab.goto(await asha.payAddress());
      const url = await tab.ask(() => location.href);
      if (ready) await isUp(tab);
      await work(tab, new PayPage(asha, { url: () => url }));
      const others = firefox.problems.filter((one) => !problems.some((known) => known.test(one)));
      assert.deepEqual(others, [], 'errors on the console');
    } finally {
      await tab.close();
    }
  };
  const isUp = (tab) => eventually('the page is up', () => tab.ask(() => document.getElementById('m')?.style.getPropertyValue('--height') ?? ''));
  const isCanvas = (tab) => tab.ask(() => document.documentElement.classList.contains('gl'));
  const turns = (tab, canvas) => eventually(canvas ? 'the canvas' : 'the elements', async () => (await isCanvas(tab)) === canvas);
  const typed = (tab) => tab.ask(() => document.querySelector('input.k').value);
  const says = (tab, text, ...values) => tab.says(say(text, ...values));
  const isPaid = (pay) => eventually('paid', async () => (await pay.order()).payment_status === 'paid');
  const payByUpiId = async (tab, pay) => {
    await tab.tabTo(say('UpiIdLabel'));
    await tab.type('testsuccess@gocash');
    await tab.press(say('MakePayment'));
    await says(tab, 'ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  };
  const readCode = (tab, name) => eventually('zbarimg reads the code', async () => {
    const file = path.join(kOut, `${name}.png`);
    writeFileSync(file, await tab.picture());
    return readQr(file);
  });
  const openQr = async (tab, name) => {
    await tab.press(say('ShowQrCode'));
    await says(tab, 'WaitingQr');
    return readCode(tab, name);
  };
  /** The simulator of the app, used elsewhere: in Firefox its tab only lies over the page. */
  const approveAt = async (href) => {
    const simulator = await browser.newPage();
    await simulator.goto(href);
    await useSimulator(simulator, 'Success');
    await simulator.close();
  };

  test('pay by UPI ID, by keyboard alone', () => visit({}, async (tab, pay) => {
    await tab.tabTo(say('UpiIdLabel'));
    await tab.type(`nonsense${keys.Enter}`);
    await says(tab, 'VpaInvalid');
    assert.equal(await tab.focused(), say('UpiIdLabel'), 'the field keeps the focus');
    await tab.type(keys.Backspace.repeat('nonsense'.length));
    await tab.type('testsuccess@gocash');
    await tab.tabTo(say('MakePayment'));
    await tab.type(keys.Space);
    await says(tab, 'ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  for (const canvas of hasGraphics ? [false, true] : [false]) {
    test(`the QR code ${canvas ? 'on the canvas ' : ''}can be read and is paid; a reload keeps it`, () => visit({ canvas }, async (tab, pay) => {
      const text = await openQr(tab, 'firefox-qr');
      assert.equal(await isCanvas(tab), canvas);
      await tab.goto(pay.page.url());
      await says(tab, 'WaitingQr');
      assert.equal(await readCode(tab, 'firefox-qr-again'), text);
      await app.scan(text);
      await says(tab, 'ThankYou');
      await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
    }));
  }

  // ---- graphics

  test('a lost graphics context: the elements at once, and the canvas when it is back', withGraphics, () => visit({ canvas: true }, async (tab, pay) => {
    await turns(tab, true);
    await tab.tabTo(say('UpiIdLabel'));
    await tab.type('testsuccess@go');
    await tab.ask(() => {
      window.lose = document.getElementById('gl').getContext('webgl').getExtension('WEBGL_lose_context');
      window.lose.loseContext();
    });
    await turns(tab, false);
    assert.equal(await tab.focused(), say('UpiIdLabel'), 'the field keeps the focus');
    await tab.type('cash');
    assert.equal(await typed(tab), 'testsuccess@gocash');
    await tab.ask(() => window.lose.restoreContext());
    await turns(tab, true);
    await tab.press(say('MakePayment'));
    await says(tab, 'ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('a canvas that Firefox itself answers for with noise is not painted on', withGraphics, () => firefox.withPreference(
    'privacy.resistFingerprinting', true,
    () => visit({ canvas: true }, async (tab, pay) => {
      assert.equal(await isCanvas(tab), false);
      await payByUpiId(tab, pay);
    }),
  ));

  test('graphics in software: the elements from the start', withGraphics, () => visit({ prepare: (tab) => tab.before(watchModes) }, async (tab, pay) => {
    assert.equal(await tab.ask(() => window.modes.join()), '', 'never on the canvas');
    await payByUpiId(tab, pay);
  }));

  test('slow graphics: the page goes on without them', withGraphics, () => visit({
    prepare: async (tab) => {
      await tab.before(watchModes);
      await tab.before(slowGraphics, 70);
    },
  }, async (tab, pay) => {
    await tab.tabTo(say('UpiIdLabel'));
    for (const letter of 'testsuccess') {
      await tab.type(letter);
      await tab.ask(nextFrame);
    }
    await turns(tab, false);
    assert.ok(await tab.ask(() => window.modes.length > 0), 'it was on the canvas');
    assert.equal(await typed(tab), 'testsuccess');
    await tab.type('@gocash');
    await tab.press(say('MakePayment'));
    await says(tab, 'ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('without WebGL the elements are the page', () => firefox.withPreference(
    'webgl.disabled', true,
    () => visit({ canvas: true }, async (tab, pay) => {
      assert.equal(await isCanvas(tab), false);
      await payByUpiId(tab, pay);
    }),
  ));

  test('where WebAssembly is refused the page is its own forms', () => firefox.withPreference(
    'javascript.options.wasm', false,
    () => visit({ ready: false, problems: [/WebAssembly is not defined/] }, async (tab, pay) => {
      await tab.tabTo(say('UpiIdLabel'));
      await tab.type('asha@okaxis');
      await tab.press(say('MakePayment'));
      await says(tab, 'WaitingCollect', 'as***@okaxis');
      await app.approve(pay.orderId);
      await says(tab, 'ThankYou');
      await paidOnce(pay, { channel: 'collect', attempts: 1 });
      assert.ok(firefox.problems.some((one) => /WebAssembly is not defined/.test(one)), 'it was refused');
    }),
  ));

  // ---- the life of a tab

  test('a hidden tab draws nothing, hears the news, and shows it on return', () => visit({ prepare: (tab) => tab.before(countFrames) }, async (tab, pay) => {
    const frames = () => tab.ask(() => window.frames_asked);
    const text = await openQr(tab, 'firefox-hidden-qr');
    const other = await firefox.tab();
    await eventually('it is hidden', () => tab.ask(() => document.hidden));
    const were = await frames();
    await steadily(async () => assert.equal(await frames(), were, 'frames'), 1500);
    await app.scan(text);
    await isPaid(pay);
    assert.equal(await frames(), were, 'still none');
    await tab.front();
    await says(tab, 'ThankYou');
    await other.close();
    await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
  }));

  test('a tab that Firefox discarded comes back with what was typed', () => visit({}, async (tab, pay) => {
    await tab.tabTo(say('UpiIdLabel'));
    await tab.type('asha@okaxis');
    await tab.ask(() => { window.before = 'here'; });
    const other = await firefox.tab();
    assert.equal(await tab.discard(), true, 'it is discarded');
    await tab.choose();
    await isUp(tab);
    assert.equal(await tab.ask(() => String(window.before)), 'undefined', 'another document');
    await eventually('what was typed', async () => (await typed(tab)) === 'asha@okaxis');
    await tab.press(say('MakePayment'));
    await says(tab, 'WaitingCollect', 'as***@okaxis');
    await app.approve(pay.orderId);
    await says(tab, 'ThankYou');
    await other.close();
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('a phone that is turned keeps text, focus and code', () => visit({
    prepare: async (tab) => {
      await tab.calledAs(kAndroid);
      await tab.resize(412, 760);
    },
  }, async (tab, pay) => {
    const fits = () => eventually('it fits', () => tab.ask(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    await tab.tabTo(say('UpiIdLabel'));
    await tab.type('asha@okaxis');
    for (const size of [[915, 412], [412, 760]]) {
      await tab.resize(...size);
      await fits();
      assert.equal(await typed(tab), 'asha@okaxis');
      assert.equal(await tab.focused(), say('UpiIdLabel'));
    }
    const text = await openQr(tab, 'firefox-upright-qr');
    await tab.resize(915, 412);
    await fits();
    assert.equal(await readCode(tab, 'firefox-sideways-qr'), text);
    assert.equal((await pay.payCalls()).filter((call) => call.body.includes('qrcode')).length, 1);
  }));

  // Firefox keeps no page that is `no-store` in its back-forward cache (Chromium does: modes.test.mjs), so it loads anew.
  test('left and come back by the back button: the news', () => visit({}, async (tab, pay) => {
    await tab.goto(`${world.shopUrl}/login`);
    assert.equal((await world.api('POST', `/v1/orders/${pay.orderId}/cancel`)).status, 200);
    await tab.back();
    await says(tab, 'OrderCancelled');
  }));

  test('the back button after paying shows the paid order, and stays', () => visit({}, async (tab, pay) => {
    await payByUpiId(tab, pay);
    await tab.press(say('BackToShop'));
    await eventually('the shop', async () => (await tab.ask(() => location.href)).startsWith(world.shopUrl));
    await tab.back();
    await says(tab, 'ThankYou');
    const words = await tab.words();
    assert.ok(!words.includes(say('MakePayment')), 'nothing to pay with');
    assert.ok(!words.includes(say('StayHere')), 'nothing pulls the customer away again');
    await callsStay(pay, 1, 500);
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  test('two tabs make one charge', () => visit({}, async (tab, pay) => {
    const other = await firefox.tab();
    await other.goto(pay.page.url());
    await isUp(other);
    const both = [tab, other];
    for (const one of both) {
      await one.front();
      await one.tabTo(say('UpiIdLabel'));
      await one.type('asha@okaxis');
    }
    await Promise.all(both.map((one) => one.ask((name) => {
      [...document.querySelectorAll('button')].find((button) => button.textContent === name).click();
    }, say('MakePayment'))));
    for (const one of both) {
      await one.front();
      await says(one, 'WaitingCollect', 'as***@okaxis');
    }
    await callsStay(pay, 1);
    await app.approve(pay.orderId);
    for (const one of both) {
      await one.front();
      await says(one, 'ThankYou');
    }
    await other.close();
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  // ---- the network between tap and return

  const page = (words) => ({ body: { type: 'string', value: words }, headers: [{ name: 'content-type', value: { type: 'string', value: 'text/html' } }] });
  const answers = {
    'no network at all': undefined,
    'a login page with 200': { statusCode: 200, ...page('<h1>Welcome to Hotel Wi-Fi</h1>') },
    'a redirect to a login page': { statusCode: 302, headers: [{ name: 'location', value: { type: 'string', value: 'http://portal.invalid/login' } }] },
    'a login page with 403': { statusCode: 403, ...page('<h1>Log in</h1>') },
    'a login page with 511': { statusCode: 511, ...page('<h1>Log in</h1>') },
  };
  for (const [what, answer] of Object.entries(answers)) {
    test(`${what} between the tap and the return`, () => visit({
      prepare: (tab) => tab.calledAs(kAndroid),
      problems: [/Cross-Origin Request Blocked|Content-Security-Policy|portal\.invalid/],
    }, async (tab, pay) => {
      const link = await eventually('the app has its link', () => tab.ask(
        () => [...document.querySelectorAll('a.k[href]')].find((one) => (one.getAttribute('aria-label') ?? one.textContent) === 'PhonePe')?.href ?? '',
      ));
      await tab.press('PhonePe');
      await eventually('the simulator lies over it', () => tab.ask(() => document.hidden));
      await eventually('the attempt', async () => (await pay.attempts()).length === 1);
      let asked = 0;
      const end = await firefox.intercept(tab, `${world.serverUrl}/api/orders/${pay.orderId}`, (request) => {
        asked += 1;
        return answer ? firefox.send('network.provideResponse', { request, ...answer }) : firefox.send('network.failRequest', { request });
      });
      await tab.front();
      await eventually('the page has asked', () => asked >= 2);
      await says(tab, 'WaitingIntent');
      assert.ok(!(await tab.words()).includes(say('ThankYou')), 'coming back proves nothing');
      await approveAt(link);
      await end();
      await says(tab, 'ThankYou');
      await paidOnce(pay, { channel: 'intent', attempts: 1 });
    }));
  }

  test('offline and online again', () => visit({}, async (tab, pay) => {
    const network = (networkConditions) => firefox.send('emulation.setNetworkConditions', { networkConditions, contexts: [tab.context] });
    await network({ type: 'offline' });
    await says(tab, 'Offline');
    await network(null);
    await eventually('it is not said any more', async () => !(await tab.words()).includes(say('Offline')));
    await payByUpiId(tab, pay);
  }));

  for (const minutes of [-9, 9]) {
    test(`the customer’s clock is ${minutes} minutes off`, () => visit({
      prepare: (tab) => tab.before((off) => {
        const now = Date.now;
        Date.now = () => now() + off;
      }, minutes * 60_000),
    }, async (tab, pay) => {
      const text = await openQr(tab, `firefox-clock-${minutes}`);
      assert.match(await tab.ask(() => document.querySelector('[role=timer]').textContent), /0[45]:\d\d/);
      await app.scan(text);
      await says(tab, 'ThankYou');
      await paidOnce(pay, { channel: 'qrcode', attempts: 1 });
    }));
  }
});
