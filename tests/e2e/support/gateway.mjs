// The sandbox's control API: what Cashfree was sent, what it holds, and how to make it cruel.
import { createHmac } from 'node:crypto';

/** A webhook as only Cashfree can sign it, or badly signed; its answer. */
export function postWebhook(world, body, options = {}) {
  const secret = options.secret ?? world.secrets.CASHFREE_CLIENT_SECRET;
  const timestamp = String(Date.now());
  return fetch(`${world.serverUrl}/webhooks/cashfree`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': createHmac('sha256', secret).update(timestamp + body).digest('base64'),
    },
    body,
  });
}
export class Sandbox {
  constructor(url) {
    this.url = url;
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  state(order_id = '') {
    return this.#ask('GET', `/sandbox/state?order_id=${encodeURIComponent(order_id)}`);
  }

  /** Order Pay calls that concern the order, oldest first. */
  async payCalls(order_id) {
    return (await this.state(order_id)).order_pay_calls;
  }

  async payments(order_id) {
    return (await this.state(order_id)).payments;
  }

  async deliveries(order_id) {
    return (await this.state(order_id)).deliveries;
  }

  /** Paise that customers of this order were charged, before anything was given back. */
  async captured(order_id) {
    const { payments, refunds } = await this.state(order_id);
    const took = payments.filter((payment) => payment.status === 'SUCCESS');
    const sum = (list) => list.reduce((total, one) => total + one.amount_paise, 0);
    return { charges: took.length, paise: sum(took), refunded: sum(refunds) };
  }

  fault(name, rule = {}) {
    return this.#ask('POST', '/sandbox/faults', { name, ...rule });
  }

  clearFaults() {
    return this.#ask('DELETE', '/sandbox/faults');
  }

  settings(changed) {
    return this.#ask('POST', '/sandbox/settings', changed);
  }

  advance(ms) {
    return this.#ask('POST', '/sandbox/clock', { advance_ms: ms });
  }

  act(cf_payment_id, action, more = {}) {
    return this.#ask('POST', `/sandbox/payments/${cf_payment_id}`, { action, ...more });
  }

  resend(what) {
    return this.#ask('POST', '/sandbox/webhooks/resend', what);
  }

  /** The payment that a pasted link or a scanned code names. */
  async paymentOf(link) {
    return (await this.#ask('POST', '/sandbox/open', { link })).cf_payment_id;
  }
}
