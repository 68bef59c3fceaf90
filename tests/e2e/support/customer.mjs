// A customer with a browser: shops, is sent to the payment page, and looks at it.
import assert from 'node:assert/strict';
import { openContext } from './browser.mjs';
import { kPatienceMs } from './wait.mjs';
import { kMerchant } from './world.mjs';
import { say } from './texts.mjs';

export const kNames = { asha: 'Asha Rao', ravi: 'Ravi Mehta' };
const kTeas = { masala: 'Masala Chai', cutting: 'Cutting Chai Sachet', silver: 'Silver Tips Imperial' };

const unescapeHtml = (text) => text
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
  .replaceAll('&#39;', "'").replaceAll('&amp;', '&');

/** The hidden fields of the first form with that action. */
function hiddenFields(html, action) {
  const at = html.indexOf(`action="${action}"`);
  assert.notEqual(at, -1, `the shop has no form for ${action}`);
  const form = html.slice(at, html.indexOf('</form>', at));
  const fields = {};
  for (const [, name, value] of form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    fields[name] = unescapeHtml(value);
  }
  return fields;
}

/** Runs before the page's scripts: its switch is in the address. */
function chooseMode(mode) {
  if (!location.pathname.startsWith('/pay/') || location.search) return;
  history.replaceState(null, '', `${location.pathname}?${mode}=1`);
}

export class Customer {
  #loggedIn = false;

  constructor(world, context, login) {
    this.world = world;
    this.context = context;
    this.login = login;
    /** Errors on the console and in scripts, of all tabs. */
    this.problems = [];
    context.on('page', (page) => {
      page.setDefaultTimeout(kPatienceMs);
      page.on('pageerror', (error) => this.problems.push(`script: ${error.message}`));
      page.on('console', (message) => {
        const ours = message.location().url.startsWith(world.serverUrl);
        if (message.type() === 'error' && ours) this.problems.push(message.text());
      });
    });
  }

  /** @param mode 'canvas' or 'dom' forces how the page is shown; 'auto' lets it choose. */
  static async arrive(browser, world, device, options = {}) {
    const { login = 'asha', mode = 'canvas', ...more } = options;
    const context = await openContext(browser, device, more);
    if (mode !== 'auto') await context.addInitScript(chooseMode, mode);
    const customer = new Customer(world, context, login);
    customer.page = await context.newPage();
    return customer;
  }

  close() {
    return this.context.close();
  }

  /** Through the shop's pages, as a person does it. Returns the payment page. */
  async shopByHand(teas = { masala: 1 }) {
    const { page, world } = this;
    await page.goto(`${world.shopUrl}/login`);
    await page.getByRole('button', { name: `Continue as ${kNames[this.login]}` }).click();
    for (const [id, quantity] of Object.entries(teas)) {
      await page.goto(`${world.shopUrl}/`);
      await page.getByLabel(`How many of ${kTeas[id]}`).fill(String(quantity));
      await page.getByRole('button', { name: `Add ${kTeas[id]} to cart` }).click();
      await page.getByText('Added to your cart').waitFor();
    }
    await page.goto(`${world.shopUrl}/cart`);
    await page.getByRole('button', { name: 'Place order and pay' }).click();
    await page.waitForURL(`${world.serverUrl}/pay/*`);
    this.#loggedIn = true;
    return new PayPage(this, page);
  }

  /** The same without drawing the shop. Gives the address with its token, unused. */
  async payAddress(teas = { masala: 1 }) {
    const { world } = this;
    const ask = this.context.request;
    const shop = world.shopUrl;
    if (!this.#loggedIn) {
      const form = hiddenFields(await (await ask.get(`${shop}/login`)).text(), '/login');
      const password = { asha: 'ginger-and-honey', ravi: 'two-sugars-please' }[this.login];
      await ask.post(`${shop}/login`, { form: { ...form, login: this.login, password } });
      this.#loggedIn = true;
    }
    const token = hiddenFields(await (await ask.get(`${shop}/`)).text(), '/cart/add').form_token;
    for (const [tea, quantity] of Object.entries(teas)) {
      const form = { form_token: token, tea, quantity: String(quantity) };
      await ask.post(`${shop}/cart/add`, { form });
    }
    const checkout = hiddenFields(await (await ask.get(`${shop}/cart`)).text(), '/checkout');
    const answer = await ask.post(`${shop}/checkout`, { form: checkout, maxRedirects: 0 });
    const location = answer.headers().location ?? '';
    assert.match(location, /\/pay\/[^?]+\?token=/, 'the shop sends the customer to pay');
    return location;
  }

  /** Places an order and opens its payment page. `query` is added after the token was dropped. */
  async shop(teas, { page = this.page, ready = true } = {}) {
    await page.goto(await this.payAddress(teas));
    const pay = new PayPage(this, page);
    if (ready) await pay.ready();
    return pay;
  }

  /** The same order in another tab. */
  async anotherTab(pay) {
    const page = await this.context.newPage();
    await page.goto(pay.page.url());
    const other = new PayPage(this, page);
    await other.ready();
    return other;
  }
}

/** The Make Payment page as the customer meets it: by role and name. */
export class PayPage {
  constructor(customer, page) {
    this.customer = customer;
    this.world = customer.world;
    this.page = page;
    this.orderId = new URL(page.url()).pathname.split('/').pop();
  }

  /** Until the page itself has taken over from its first paint. */
  async ready() {
    await this.page.waitForFunction(
      () => document.getElementById('m')?.style.getPropertyValue('--height'),
    );
    return this;
  }

  // ---- what is on it
  get summary() {
    return this.page.getByRole('region', { name: say('OrderSummary') });
  }
  get upiId() {
    return this.page.getByRole('textbox', { name: say('UpiIdLabel') });
  }
  get makePayment() {
    return this.button('MakePayment');
  }
  get showQr() {
    return this.button('ShowQrCode');
  }
  get newQr() {
    return this.button('NewQrCode');
  }
  get code() {
    return this.page.getByRole('img', { name: /^UPI QR code for / });
  }
  get timer() {
    return this.page.getByRole('timer');
  }
  button(text, ...values) {
    return this.page.getByRole('button', { name: say(text, ...values), exact: true });
  }
  link(text, ...values) {
    return this.page.getByRole('link', { name: say(text, ...values), exact: true });
  }
  /** An app's button, which is a link as soon as its address is known. */
  app(name) {
    return this.page.getByRole('link', { name, exact: true })
      .or(this.page.getByRole('button', { name, exact: true }));
  }
  words(text, ...values) {
    return this.page.getByText(say(text, ...values), { exact: true });
  }

  /** Until these words of the table are to be seen. */
  async says(text, ...values) {
    const patience = { timeout: kPatienceMs };
    try {
      await this.words(text, ...values).first().waitFor(patience);
    } catch {
      const there = (await this.page.locator('body').innerText()).replace(/\s+/g, ' ');
      assert.fail(`the page does not say “${say(text, ...values)}”; it says: ${there}`);
    }
  }

  /** Names of what can be read or reached, in the order of the document: what a reader hears. */
  heard() {
    return this.page.locator('#m :is(h1, h2, button, a, input)').evaluateAll((elements) =>
      elements.map((one) => one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent));
  }

  async payWithUpiId(vpa) {
    await this.upiId.fill(vpa);
    await this.makePayment.click();
  }

  async openQr() {
    await this.showQr.click();
    await this.code.waitFor();
  }

  // ---- what the others hold
  order() {
    return this.world.database.order(this.orderId);
  }
  attempts() {
    return this.world.database.attempts(this.orderId);
  }
  payCalls() {
    return this.world.gateway.payCalls(this.orderId);
  }
  /** The gateway's newest payment of this order. */
  async payment() {
    const payments = await this.world.gateway.payments(this.orderId);
    return payments.sort((a, b) => a.started_at_ms - b.started_at_ms).at(-1);
  }
}

export { kMerchant };
