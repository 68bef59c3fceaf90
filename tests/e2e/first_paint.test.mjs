// What the server paints first, and how the module takes it over: nothing jumps, nothing is lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { paidOnce } from './support/checks.mjs';
import { Customer } from './support/customer.mjs';
import { shoot } from './support/pictures.mjs';
import { say } from './support/texts.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

const kShiftMax = 0.05;
// css px: on the canvas each line of text lies on whole device pixels, in CSS it does not.
const kMovedMax = 6;
// The demo shop's order numbers need a second line here; in the system's font perhaps not, and then
// the page's own font moves what is below by a line: 20 of 640 css px, a shift of 0.03.
const kNarrow = {
  viewport: { width: 352, height: 640 }, screen: { width: 352, height: 640 },
};

/** Runs before the page: adds up what moves without the customer's doing (web.dev/cls). */
function watchShifts() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const what = entry.sources.map((one) => one.node?.id || one.node?.nodeName);
      window.shifts.push({ value: entry.value, what });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

describe('first paint', () => {
  let world, browser, app;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('first_paint'), launch()]);
    app = await UpiApp.open(browser, world);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  /** A visit whose module waits until `release` is called; `refuse` lets it never come. */
  const visit = async (device, work, options = {}) => {
    const customer = await Customer.arrive(browser, world, device, options);
    let release;
    const released = new Promise((done) => (release = done));
    await customer.context.addInitScript(watchShifts);
    await customer.context.route('**/*.wasm', async (route) => {
      if ((await released) === 'refuse') await route.abort();
      else await route.continue();
    });
    try {
      await work(await customer.shop(options.teas, { ready: false }), {
        release: () => release(), refuse: () => release('refuse'), customer,
      });
      // Who presses before the module has come leaves the page that was waiting for it.
      const problems = customer.problems.filter((one) => !one.includes('Failed to fetch'));
      if (!options.refused) assert.deepEqual(problems, [], 'errors on the console');
    } finally {
      release();
      await customer.close();
      await world.gateway.settings({ link_mode: 'sandbox' });
    }
  };
  // Groups without a look of their own are as large as what they hold, and are left out.
  const boxes = (pay) => pay.page.evaluate(() => Object.fromEntries(
    [...document.querySelectorAll('#m .k:not(.spoken, .header, .footer, .ul, .li, .div)')].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [one.id, { x, y, width, height }];
    }),
  ));
  const staysStill = async (pay, name, most = kShiftMax) => {
    const seen = await pay.page.evaluate(() => window.shifts);
    const sum = seen.reduce((all, one) => all + one.value, 0);
    console.log(`    ${name}: CLS ${sum.toFixed(4)}`);
    assert.ok(sum < most, `layout shift ${sum}: ${JSON.stringify(seen)}`);
  };
  const settled = (pay) => pay.page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
  }));

  for (const [name, device, options] of [
    ['phone', 'android', {}],
    ['phone-hindi', 'android', { locale: 'hi-IN' }],
    ['phone-dark', 'android', { colorScheme: 'dark' }],
    ['phone-narrow', 'android', { ...kNarrow, locale: 'hi-IN' }],
    ['iphone', 'iphone', { teas: { masala: 2, cutting: 1, silver: 1 } }],
    ['desktop', 'desktop', {}],
    ['desktop-hindi', 'desktop', { locale: 'hi-IN' }],
    ['tablet', 'androidTablet', {}],
  ]) {
    test(`${name}: nothing jumps when the canvas takes over`, () => visit(device, async (pay, { release }) => {
      await pay.page.evaluate(() => document.fonts.ready);
      await shoot(pay, `first-${name}`);
      const before = await boxes(pay);
      const titles = [await pay.page.title()];
      release();
      await pay.ready();
      await settled(pay);
      await shoot(pay, `first-${name}-canvas`);
      titles.push(await pay.page.title());
      const after = await boxes(pay);
      const moved = Object.keys(after).filter((id) => before[id])
        .map((id) => [id, after[id].x - before[id].x, after[id].y - before[id].y]);
      const far = moved.filter(([, x, y]) => Math.hypot(x, y) > kMovedMax);
      assert.deepEqual(far, [], 'elements that lie elsewhere');
      assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort(), 'the same elements');
      assert.equal(titles[0], titles[1]);
      await staysStill(pay, name);
    }, options));
  }

  // An iPad's own name for itself is a Mac's, and only the module can ask for its touch screen.
  test('an iPad’s apps come with the module, and little moves', () => visit('ipadAsMac', async (pay, { release }) => {
    await shoot(pay, 'first-ipad');
    release();
    await pay.app('PhonePe').waitFor();
    await settled(pay);
    await shoot(pay, 'first-ipad-canvas');
    await staysStill(pay, 'iPad', 2 * kShiftMax);
  }));

  test('the field is the same element, with its text, its caret and the focus', () => visit('desktop', async (pay, { release }) => {
    await pay.upiId.click();
    await pay.page.keyboard.type('asha@axis');
    for (let i = 0; i < 4; ++i) await pay.page.keyboard.press('ArrowLeft');
    await pay.page.evaluate(() => { window.field = document.activeElement; });
    release();
    await pay.ready();
    await settled(pay);
    assert.ok(await pay.page.evaluate(() => document.activeElement === window.field && window.field.isConnected));
    await pay.page.keyboard.type('ok');
    assert.equal(await pay.upiId.inputValue(), 'asha@okaxis');
    await pay.page.keyboard.press('Enter');
    await pay.says('WaitingCollect', 'as***@okaxis');
    assert.equal((await pay.attempts()).length, 1);
  }));

  test('a button that is a link before the first frame stands once, and keeps the focus', () => visit('android', async (pay, { release }) => {
    await pay.button('AppGooglePay').focus();
    await eventually('a prepared link', async () => (await world.database.prepared(pay.orderId))[0]?.prompt);
    // News overtakes the first frame: a busy phone draws late.
    await pay.page.evaluate(() => {
      const draw = window.requestAnimationFrame.bind(window);
      const held = new Promise((go) => { window.letDraw = go; });
      window.requestAnimationFrame = (frame) => { held.then(() => draw(frame)); return 1; };
    });
    const news = pay.page.waitForResponse((answer) => answer.url().includes(`/api/orders/${pay.orderId}`));
    release();
    await (await news).finished();
    await pay.page.evaluate(() => new Promise((done) => { setTimeout(() => { window.letDraw(); done(); }); }));
    await pay.ready();
    await pay.link('AppGooglePay').waitFor();
    const heard = await pay.heard();
    assert.deepEqual(heard, [...new Set(heard)], 'each control once');
    assert.equal(await pay.page.evaluate(() => document.activeElement.textContent), 'Google Pay');
  }));

  test('what was typed and left is checked as soon as somebody can', () => visit('desktop', async (pay, { release }) => {
    await pay.upiId.fill('asha@gmail.com');
    await pay.showQr.focus();
    release();
    await pay.ready();
    await pay.says('VpaEmail');
    assert.equal(await pay.upiId.inputValue(), 'asha@gmail.com');
  }));

  test('a press before the module has come pays all the same', () => visit('desktop', async (pay, { release }) => {
    await pay.payWithUpiId('asha@okaxis');
    await pay.button('ICancelled').waitFor();
    release();
    await pay.ready();
    await pay.says('WaitingCollect', 'as***@okaxis');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  }));

  for (const [device, name, out] of [
    ['iphoneInApp', ['CopyLink'], (pay) => pay.page.locator('#c-in-app-link').innerText()],
    ['androidInApp', ['OpenInBrowser', 'Chrome'], (pay) => pay.link('OpenInBrowser', 'Chrome').getAttribute('href')],
  ]) {
    test(`${device}: a way out that was asked for before the module has come stays`, () => visit(device, async (pay, { release }) => {
      await pay.button(...name).tap();
      const link = await out(pay);
      assert.match(link, /\?token=/);
      const before = await boxes(pay);
      await shoot(pay, `first-way-out-${device}`);
      release();
      await pay.ready();
      await settled(pay);
      assert.equal(await out(pay), link);
      await shoot(pay, `first-way-out-${device}-canvas`);
      // Its lines break otherwise on the canvas; where it begins is the same.
      const after = await boxes(pay);
      for (const id of ['c-way-out', 'c-in-app-link']) {
        if (before[id]) assert.ok(Math.abs(after[id].y - before[id].y) <= kMovedMax, id);
      }
    }));
  }

  test('a UPI ID that came back with its error keeps it', () => visit('desktop', async (pay, { release }) => {
    await pay.payWithUpiId('asha@okaxsi');
    await pay.button('DidYouMean', 'asha@okaxis').waitFor();
    release();
    await pay.ready();
    await settled(pay);
    assert.equal(await pay.upiId.inputValue(), 'asha@okaxsi');
    await pay.button('DidYouMean', 'asha@okaxis').click();
    await eventually('the field holds the suggestion', async () => (await pay.upiId.inputValue()) === 'asha@okaxis');
  }));

  test('a tap on an app’s link before the module has come is an attempt', () => visit('android', async (pay, { release, customer }) => {
    await eventually('a prepared link', async () => (await world.database.prepared(pay.orderId))[0]?.prompt !== '');
    await pay.page.reload();
    const google = pay.link('AppGooglePay');
    const [tab] = await Promise.all([customer.context.waitForEvent('page'), google.click()]);
    await tab.close();
    release();
    await pay.ready();
    await pay.says('ApproveInApp');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    const { attempts } = await paidOnce(pay, { channel: 'intent', attempts: 1 });
    assert.equal(attempts[0].app, 'gpay');
  }));

  test('the other layout and the language are kept', () => visit('desktop', async (pay, { release }) => {
    await pay.button('SwitchToApps').click();
    await pay.app('PhonePe').waitFor();
    await pay.button('OtherLanguage').click();
    await pay.button('OtherLanguage').waitFor({ state: 'detached' });
    release();
    await pay.ready();
    await settled(pay);
    assert.ok(await pay.app('PhonePe').isVisible());
    assert.equal(await pay.page.locator('html').getAttribute('lang'), 'hi');
    await staysStill(pay, 'phone layout on a desktop');
  }));

  test('what was pressed before the module has come is not done again by a reload', () => visit('desktop', async (pay, { release }) => {
    await pay.showQr.click();
    await pay.button('ChooseAnotherWay').click();
    await pay.button('KeepWaiting').waitFor();
    release();
    await pay.ready();
    await pay.button('KeepWaiting').click();
    await pay.code.waitFor();
    await pay.page.reload();
    await pay.ready();
    await pay.code.waitFor();
    assert.equal(await pay.button('KeepWaiting').count(), 0);
  }));

  test('the address alone brings the layout and the language that were chosen', () => visit('desktop', async (pay, { release, customer }) => {
    release();
    await pay.ready();
    await pay.button('SwitchToApps').click();
    await pay.app('PhonePe').waitFor();
    const other = await customer.anotherTab(pay);
    await other.app('PhonePe').waitFor();
    await other.page.close();
    await pay.button('SwitchToQr').click();
    await pay.app('PhonePe').waitFor({ state: 'detached' });
    await pay.button('OtherLanguage').click();
    await pay.button('OtherLanguage').waitFor({ state: 'detached' });
    const last = await customer.anotherTab(pay);
    assert.equal(await last.app('PhonePe').count(), 0);
    assert.equal(await last.page.locator('html').getAttribute('lang'), 'hi');
  }));

  const paysByItsForms = async (pay) => {
    assert.equal(await pay.page.locator('html.gl').count(), 0);
    await pay.payWithUpiId('asha@okaxis');
    await pay.says('WaitingCollect', 'as***@okaxis');
    await app.approve(pay.orderId);
    await pay.says('ThankYou');
    await paidOnce(pay, { channel: 'collect', attempts: 1 });
  };

  test('when the module does not come, the page is its own forms', () => visit('desktop', async (pay, { refuse }) => {
    refuse();
    await paysByItsForms(pay);
  }, { refused: true }));

  test('in a browser without WebAssembly the page is its own forms', () => visit('desktop', async (pay, { release, customer }) => {
    await customer.context.addInitScript(() => { delete window.WebAssembly; });
    release();
    await pay.page.reload();
    await paysByItsForms(pay);
    assert.ok(customer.problems.some((one) => one.includes('WebAssembly is not defined')), customer.problems.join());
  }, { refused: true }));

  test('where a policy refuses WebAssembly the page is its own forms', () => visit('desktop', async (pay, { release, customer }) => {
    await customer.context.route('**/pay/*', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const response = await route.fetch();
      const headers = response.headers();
      const policy = headers['content-security-policy'].replace("'wasm-unsafe-eval'", '');
      return route.fulfill({ response, headers: { ...headers, 'content-security-policy': policy } });
    });
    release();
    await pay.page.reload();
    const refused = () => customer.problems.some((one) => /CompileError|Content Security Policy/.test(one));
    await eventually('the module is refused', async () => refused());
    await paysByItsForms(pay);
  }, { refused: true }));
});
