// For everyone: the page that the server writes before its module has come, by axe-core. What the module draws:
// a11y.test.mjs; the pages that say no: look_server.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, bringAxe } from './support/axe.mjs';
import { launch } from './support/browser.mjs';
import { Customer } from './support/customer.mjs';
import { tooSmall } from './support/reading.mjs';
import { eventually } from './support/wait.mjs';
import { startWorld } from './support/world.mjs';

// Far more than a session may ask for.
const kRequestsMax = 500;

describe('for everyone, before the module', () => {
  let world, browser;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('a11y_server'), launch()]);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const problemsOf = async (page, where) => {
    await bringAxe(page);
    const found = [...await axe(page), ...await page.evaluate(tooSmall)];
    return found.map((what) => `${where}: ${what}`);
  };

  for (const [device, options] of [
    ['android', {}], ['iphoneInApp', {}], ['desktop', { locale: 'hi-IN' }], ['desktop', { colorScheme: 'dark' }],
  ]) {
    test(`the page on ${device} ${JSON.stringify(options)}`, async () => {
      const customer = await Customer.arrive(browser, world, device, options);
      // Never answered: what is there is the server's.
      await customer.context.route('**/*.wasm', () => {});
      try {
        const pay = await customer.shop(undefined, { ready: false });
        const found = await problemsOf(pay.page, 'choose');
        await pay.page.locator('#c-vpa').fill('asha@gmail.com');
        await pay.page.locator('#c-pay').click();
        await pay.page.locator('#c-vpa[aria-invalid=true]').waitFor();
        found.push(...await problemsOf(pay.page, 'a wrong UPI ID'));
        await pay.page.locator('#c-show-qr').click();
        await eventually('the code', async () => {
          await pay.page.reload();
          return pay.page.locator('#c-new-qr').isVisible();
        });
        found.push(...await problemsOf(pay.page, 'the code'));
        await pay.page.locator('#c-another-way').click();
        await pay.page.locator('#c-keep-waiting').waitFor();
        found.push(...await problemsOf(pay.page, 'another way'));
        assert.deepEqual(found, []);
      } finally {
        await customer.close();
      }
    });
  }

  test('who asks too often is told so, and is on the page again when it may be shown', async () => {
    const customer = await Customer.arrive(browser, world, 'android');
    try {
      const pay = await customer.shop();
      const address = pay.page.url();
      await pay.page.goto('about:blank');  // it would go on asking
      let refused = false;
      for (let i = 0; i < kRequestsMax && !refused; ++i) {
        refused = (await customer.context.request.get(address)).status() === 429;
      }
      assert.equal((await pay.page.goto(address)).status(), 429);
      await pay.page.locator('#c-pay').waitFor();
      assert.equal(pay.page.url(), address);
    } finally {
      await customer.close();
    }
  });
});
