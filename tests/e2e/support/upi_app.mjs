// The customer's UPI app on another phone: the sandbox's page, used by its buttons.
import { say } from './texts.mjs';
import { kPatienceMs } from './wait.mjs';

export class UpiApp {
  constructor(page) {
    this.page = page;
  }

  static async open(browser, world) {
    const context = await browser.newContext({ viewport: { width: 400, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(kPatienceMs);
    await page.goto(`${world.gateway.url}/`);
    return new UpiApp(page);
  }

  close() {
    return this.page.context().close();
  }

  /** The newest open request of that order. */
  request(orderId) {
    return this.page.getByRole('article').filter({ hasText: orderId }).first();
  }

  async answer(orderId, button) {
    await this.request(orderId).getByRole('button', { name: button, exact: true }).click();
  }
  approve(orderId) {
    return this.answer(orderId, 'Approve');
  }
  decline(orderId) {
    return this.answer(orderId, 'Decline');
  }
  ignore(orderId) {
    return this.answer(orderId, 'Ignore');
  }

  /** Scans a code or follows a link, and presses a button of the payment screen. */
  async scan(text, button = 'Approve') {
    await this.page.getByLabel('Scan a QR or open a link').fill(text);
    await this.page.getByRole('button', { name: 'Open', exact: true }).click();
    const screen = this.page.getByRole('main', { name: 'Payment screen' });
    await screen.getByRole('button', { name: button, exact: true }).click();
    await screen.getByText(/SUCCESS|FAILED/).waitFor();
    await screen.getByRole('button', { name: 'Back' }).click();
  }
}

/** The page that an app button of the sandbox opens in a new tab. */
export async function useSimulator(tab, button) {
  await tab.getByRole('heading', { name: 'UPI simulator' }).waitFor();
  await tab.getByRole('button', { name: button, exact: true }).click();
  await tab.getByRole('status').waitFor();
}

export { say };
