// One order from the shop's cart to its end, by HTTP alone, whatever happens to the server meanwhile.
// A request that got no answer is sent again as the page or a careful shop would: with the same key.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { makeToken } from '../e2e/support/token.mjs';

const kPaise = 50_000;
const kApps = ['gpay', 'phonepe', 'paytm'];

/** What the shop gives back of a paid order: each sum by a refund of its own. */
const kGivesBack = [[], [], [kPaise], [20_000], [20_000, 30_000]];

const kContacted = new Error('our team will contact you');

/** What a customer may do, and how often of a hundred. */
const kPlans = [
  ['pays', 22], ['pays twice', 6], ['pays at once', 16], ['declines, then pays', 10], ['double-clicks', 10],
  ['reloads', 8], ['switches', 6], ['switches and pays the old one', 6],
  ['cancels, then pays', 5], ['cancels and pays all the same', 4],
  ['the shop cancels', 3], ['the shop cancels and is paid', 2], ['the shop cancels at once', 2],
];

function draw(random) {
  let left = random.below(100);
  for (const [plan, share] of kPlans) {
    left -= share;
    if (left < 0) return plan;
  }
  return kPlans[0][0];
}

export class Customer {
  /**
   * @param until a time after which it gives up: then it is stuck, which is a violation
   * @param wanted what is not left to chance: plan, channel, verifies
   */
  constructor(world, random, number, until, wanted = {}) {
    Object.assign(this, { world, random, until });
    this.orderId = `ord_${String(number).padStart(5, '0')}`;
    this.plan = wanted.plan ?? draw(random);
    this.channel = this.plan === 'pays at once' ? 'collect' : wanted.channel ?? random.pick(['collect', 'qrcode', 'intent']);
    this.verifies = wanted.verifies ?? random.chance(25);  // the shop, which does not wait for a webhook
    this.device = this.channel === 'intent' ? 'android_phone' : 'desktop';
    this.keys = new Set();  // one for each press
    this.step = 'shopping';
    this.acknowledged = { order: false, attempts: new Set(), cancelled: false };
    this.givesBack = random.pick(kGivesBack);
    // What the shop gives back of such an order leaves its surplus to a person.
    if (this.plan === 'pays twice') this.givesBack = [];
    this.refunds = [];  // that the shop was told of: refund_id and amount
    this.repeats = 0;
  }

  /** Plays the plan to its end, or until the page says that people will look at the order. */
  async run() {
    try {
      await this.play();
    } catch (error) {
      if (error !== kContacted) throw error;
      this.step = 'left to the team';
    }
  }

  async play() {
    await this.shop();
    await this.arrive();
    if (this.plan === 'the shop cancels at once') {
      await this.shopCancels();
      return this.leave();
    }
    if (this.device === 'android_phone') await this.openPage();
    await this.choose(this.channel);
    if (this.plan === 'declines, then pays') {
      await this.act('decline');
      await this.sees('the failure', (view) => view.attempt?.status === 'failed');
      await this.choose(this.channel);
    } else if (this.plan.startsWith('switches')) {
      const old = await this.payment();
      const index = (await this.view()).attempt.index;
      this.channel = this.channel === 'qrcode' ? 'collect' : 'qrcode';
      await this.choose(this.channel, index);
      if (this.plan === 'switches and pays the old one') return this.finish(old);
    } else if (this.plan === 'pays twice') {
      const old = await this.payment();
      const index = (await this.view()).attempt.index;
      await this.choose(this.channel === 'qrcode' ? 'collect' : 'qrcode', index);
      const other = await this.payment();
      if (other && other !== old) await this.approve(other);
      return this.finish(old);
    } else if (this.plan.startsWith('cancels')) {
      const old = await this.payment();
      await this.cancel();
      if (this.plan === 'cancels and pays all the same') return this.finish(old);
      await this.choose(this.channel);
    } else if (this.plan.startsWith('the shop cancels')) {
      const old = await this.payment();
      await this.shopCancels();
      if (this.plan === 'the shop cancels') return this.leave();
      return this.finish(old);
    }
    return this.finish(this.plan === 'pays at once' ? null : await this.payment());
  }

  async finish(payment) {
    if (payment) await this.approve(payment);
    if (this.verifies) await this.askShop('verify', [202]);
    this.step = 'waiting for the thank-you page';
    await this.sees('paid', (view) => view.payment_status === 'paid');
    if (this.verifies) await this.askShop('verify', [202]);  // asks for its refunds, too
    this.step = 'being given money back';
    for (const [i, amount] of this.givesBack.entries()) await this.giveBack(`rf_${this.orderId}_${i}`, amount);
    this.step = 'done';
  }

  /** Asked for twice at once, as by an impatient shop; and once more with a sum that is too large. */
  async giveBack(refund_id, amount) {
    const ask = (id, paise) => this.insist('POST', `/v1/orders/${this.orderId}/refunds`, {
      headers: { authorization: `Bearer ${this.world.secrets.SHOP_API_KEY}` },
      body: { refund_id: id, amount: paise },
      takes: [200, 201, 409],
    });
    const answers = await Promise.all([ask(refund_id, amount), ask(refund_id, amount)]);
    if (answers.some((one) => one.status === 409)) this.broken = `refund ${refund_id} was refused: ${answers[0].body.code}`;
    this.refunds.push({ refund_id, amount });
    const more = await ask(`${refund_id}_more`, kPaise);
    if (more.status !== 409) this.broken = 'more was given back than was paid';
  }

  async shop() {
    const answer = await this.insist('POST', '/v1/orders', {
      headers: { authorization: `Bearer ${this.world.secrets.SHOP_API_KEY}` },
      body: {
        order_id: this.orderId, amount: kPaise, currency: 'INR',
        customer: { id: 'cust_asha', phone: '9999999999' },
        items: [{ name: 'Masala chai', quantity: 2, amount: kPaise }],
        return_url: `${this.world.shopUrl}/return`,
      },
      takes: [200, 201],
    });
    this.acknowledged.order = answer.body.order_id === this.orderId;
  }

  /** What the shop does with the order by its own key. */
  askShop(what, takes) {
    return this.insist('POST', `/v1/orders/${this.orderId}/${what}`, {
      headers: { authorization: `Bearer ${this.world.secrets.SHOP_API_KEY}` }, takes,
    });
  }

  async shopCancels() {
    this.step = 'being cancelled by the shop';
    const answer = await this.askShop('cancel', [200]);
    this.acknowledged.cancelled = answer.body.fulfillment_status === 'cancelled';
    if (!this.acknowledged.cancelled) this.broken = `cancelled by the shop, and ${answer.body.fulfillment_status}`;
  }

  async leave() {
    this.step = 'leaving';
    await this.sees('that the order is cancelled', (view) => view.message.situation === 'order_cancelled');
    this.step = 'done';
  }

  /** "I cancelled": the page is free for another choice, whatever becomes of the payment. */
  async cancel() {
    this.step = 'cancelling';
    const { attempt } = await this.view();
    if (!attempt) return;
    const answer = await this.insist('POST', `/api/orders/${this.orderId}/attempts/${attempt.index}/cancel`, {
      headers: { ...this.page(), origin: this.world.serverUrl }, takes: [200],
    });
    const after = answer.body.attempt;
    if (after.index !== attempt.index || !['failed', 'completed'].includes(after.status)) {
      this.broken = `attempt ${attempt.index} was cancelled, and ${after.index} is ${after.status}`;
    }
  }

  /** A phone's page has an app link prepared. */
  async openPage() {
    this.step = 'opening the page';
    await this.insist('GET', `/pay/${this.orderId}`, { headers: this.page(), takes: [200] });
  }

  async arrive() {
    this.step = 'arriving';
    for (;;) {
      // A fresh token each time: one that was used and whose answer was lost is lost with it.
      const answer = await this.insist(
        'GET', `/pay/${this.orderId}?token=${makeToken(this.world, this.orderId)}`,
        { takes: [303, 404], once: true });
      const cookie = answer?.headers.get('set-cookie');
      if (cookie) {
        this.cookie = cookie.split(';')[0];
        return;
      }
      await this.rest();
    }
  }

  /** Presses; presses again until it is known what became of it. */
  async choose(channel, replaces) {
    this.step = `choosing ${channel}`;
    for (;;) {
      const key = randomUUID();
      this.keys.add(key);
      const answer = await this.start(channel, replaces, key);
      if (this.plan === 'reloads') await this.start(channel, replaces, key);
      if (answer.status === 409 && replaces) replaces = undefined;
      const status = answer.status === 202 ? await this.called() : 'refused';
      if (status === 'pending' || status === 'paid') return;
      // The server could not call the gateway, or does not know whether it did: the page says so, and
      // the customer presses again.
      await this.rest();
    }
  }

  start(channel, replaces, key) {
    const vpa = this.plan === 'pays at once' ? 'testsuccess@gocash' : 'asha@okaxis';
    this.app ??= this.random.pick(kApps);
    const request = () => this.insist('POST', `/api/orders/${this.orderId}/attempts`, {
      headers: { ...this.page(), origin: this.world.serverUrl, 'idempotency-key': key },
      body: {
        channel, device: this.device, ...(replaces ? { replaces } : {}),
        ...(channel === 'collect' ? { vpa } : {}), ...(channel === 'intent' ? { app: this.app } : {}),
      },
      takes: [202, 409, 422],
    });
    const note = (answer) => {
      if (answer.status === 202 && answer.body.attempt) this.acknowledged.attempts.add(answer.body.attempt.index);
      return answer;
    };
    if (this.plan !== 'double-clicks') return request().then(note);
    return Promise.all([request(), request()]).then(([one, other]) => {
      note(other);
      return note(one);
    });
  }

  /** Until the gateway has the newest attempt, or it is over. */
  async called() {
    let status;
    await this.sees('the call', (view) => {
      if (view.payment_status === 'paid') status = 'paid';
      else if (!view.attempt || view.attempt.status === 'failed') status = 'failed';
      else if (view.attempt.status === 'pending') status = 'pending';
      else return false;
      return true;
    });
    return status;
  }

  /** The newest payment of the order at the gateway that can be acted on. */
  async payment() {
    this.step = 'opening the app';
    for (;;) {
      const open = (await this.gatewayPayments()).filter((one) => ['PENDING', 'NOT_ATTEMPTED'].includes(one.status));
      if (open.length > 0) return open.at(-1).cf_payment_id;
      if ((await this.view()).payment_status === 'paid') return null;
      await this.rest();
    }
  }

  async act(action) {
    this.step = `about to ${action}`;
    const id = await this.payment();
    if (id) await this.world.gateway.act(id, action);
  }

  async approve(id) {
    this.step = 'approving';
    await this.insistOn(() => this.world.gateway.act(id, 'approve'));
  }

  gatewayPayments() {
    return this.insistOn(() => this.world.gateway.payments(this.orderId));
  }

  async insistOn(ask) {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (/: (400|404|409) /.test(error.message)) throw error;
        await this.rest();
      }
    }
  }

  page() {
    return { cookie: this.cookie, 'x-chukta-device': this.device };
  }

  async view(query = '') {
    const answer = await this.insist('GET', `/api/orders/${this.orderId}${query}`, {
      headers: this.page(), takes: [200],
    });
    if (this.wasPaid && answer.body.payment_status !== 'paid') this.broken = 'paid was taken back';
    // The gateway could not be called three times in a row: "our team will contact you".
    if (answer.body.under_review && !answer.body.payable && answer.body.payment_status !== 'paid') throw kContacted;
    this.wasPaid ||= answer.body.payment_status === 'paid';
    return answer.body;
  }

  /** Holds requests, as the page does, until the view is so. */
  async sees(what, holds) {
    let view = await this.view();
    while (!holds(view)) {
      if (Date.now() > this.until) throw new Error(`${this.orderId}: never saw ${what} (${this.plan})`);
      view = await this.view(`?after=${view.version}&wait_s=2`);
      await pause(30);
    }
    return view;
  }

  /** Until an answer is one of `takes`; everything else is a server in trouble. */
  async insist(method, route, { headers = {}, body, takes, once = false }) {
    for (;;) {
      try {
        const answer = await fetch(this.world.serverUrl + route, {
          method,
          redirect: 'manual',
          headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
          body: body ? JSON.stringify(body) : undefined,
          signal: AbortSignal.timeout(10_000),
        });
        const text = await answer.text();
        if (takes.includes(answer.status)) {
          const isJson = (answer.headers.get('content-type') ?? '').includes('json');
          return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
        }
        if (![429, 500, 502, 503, 504].includes(answer.status)) {
          throw Object.assign(new Error(`${method} ${route}: ${answer.status} ${text}`), { wrong: true });
        }
      } catch (error) {
        if (error.wrong) throw error;
        this.repeats += 1;
      }
      if (once) return undefined;
      await this.rest();
    }
  }

  async rest() {
    if (Date.now() > this.until) throw new Error(`${this.orderId}: stuck ${this.step} (${this.plan})`);
    await pause(50 + this.random.below(150));
  }
}
