// Nobody but the order's own customer learns even that the order exists (product.md §1.2).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { Customer } from './support/customer.mjs';
import { makeToken } from './support/token.mjs';
import { startWorld } from './support/world.mjs';

const kUnknown = 'order_nobody_ever_placed_1';

describe('privacy', () => {
  let world, browser, asha, pay;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('privacy'), launch()]);
    asha = await Customer.arrive(browser, world, 'desktop');
    pay = await asha.shop();
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  /** Everything of an answer that a stranger could compare. */
  const seen = async (answer, orderId) => {
    const headers = Object.fromEntries(answer.headers);
    for (const own of ['x-request-id', 'date', 'content-length']) delete headers[own];
    return { status: answer.status, headers, body: (await answer.text()).replaceAll(orderId, '<id>') };
  };
  const routes = [
    ['GET', (id) => `/pay/${id}`],
    ['GET', (id) => `/api/orders/${id}`],
    ['GET', (id) => `/api/orders/${id}?after=0&wait_s=1`],
    ['POST', (id) => `/api/orders/${id}/attempts`, { channel: 'qrcode', app: null, vpa: null, replaces: null, device: 'desktop' }],
    ['POST', (id) => `/api/orders/${id}/attempts/1/cancel`],
    ['POST', (id) => `/api/orders/${id}/handoff`],
  ];
  const ask = (method, path, { cookie, body } = {}) => fetch(world.serverUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(cookie ? { cookie } : {}),
      ...(method === 'POST' ? {
        origin: world.serverUrl, 'x-chukta-device': 'desktop', 'idempotency-key': 'a-key-of-a-stranger',
        'content-type': 'application/json',
      } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const sameAsUnknown = async (cookieOf = () => undefined) => {
    for (const [method, path, body] of routes) {
      const [there, nowhere] = await Promise.all([pay.orderId, kUnknown].map(async (id) =>
        seen(await ask(method, path(id), { cookie: cookieOf(id), body }), id)));
      assert.equal(there.status, 404, `${method} ${path(pay.orderId)}`);
      assert.deepEqual(there, nowhere, `${method} ${path('…')}`);
    }
    assert.deepEqual(await pay.attempts(), []);
  };

  test('no session: the same 404 as for an order that is not there', () => sameAsUnknown());

  test('another customer’s session', async () => {
    const ravi = await Customer.arrive(browser, world, 'desktop', { login: 'ravi' });
    try {
      const theirs = await ravi.shop();
      const [cookie] = (await ravi.context.cookies(world.serverUrl)).filter(({ name }) => name.startsWith('chukta_'));
      await sameAsUnknown(() => `${cookie.name}=${cookie.value}`);
      // Under the name that our order's cookie would have.
      await sameAsUnknown((id) => `chukta_${id}=${cookie.value}`);
      const response = await theirs.page.goto(`${world.serverUrl}/pay/${pay.orderId}`);
      assert.equal(response.status(), 404);
      const words = await theirs.page.locator('body').innerText();
      assert.match(words, /not available/);
      for (const hidden of ['Masala', '290', 'asha', pay.orderId]) assert.equal(words.includes(hidden), false, hidden);
    } finally {
      await ravi.close();
    }
  });

  test('a session with a changed cookie', async () => {
    const [cookie] = (await asha.context.cookies(world.serverUrl)).filter(({ name }) => name.startsWith('chukta_'));
    const changed = cookie.value.slice(0, -2) + (cookie.value.endsWith('AA') ? 'BB' : 'AA');
    await sameAsUnknown((id) => `chukta_${id}=${changed}`);
  });

  test('tokens that are expired, early, too long, unsigned, or of others', async () => {
    const now = Math.floor(Date.now() / 1000);
    const wrong = {
      expired: { iat: now - 400, exp: now - 200 },
      'not yet valid': { iat: now + 3600, exp: now + 3700 },
      'valid for too long': { exp: now + 3600 },
      'signed by another key': { key: 'x'.repeat(48) },
      'not signed': { header: { alg: 'none', typ: 'JWT' } },
      'another algorithm': { header: { alg: 'HS512', typ: 'JWT' } },
      'another audience': { aud: 'shop' },
      'another issuer': { iss: 'someone_else' },
      'another customer': { sub: 'cust_ravi' },
      'another order': { order_id: kUnknown },
      'no id': { jti: '' },
    };
    for (const [what, changes] of Object.entries(wrong)) {
      const answers = await Promise.all([pay.orderId, kUnknown].map(async (id) => {
        const token = makeToken(world, what === 'another order' ? `${id}x` : id, what === 'another order' ? {} : changes);
        return seen(await ask('GET', `/pay/${id}?token=${token}`), id);
      }));
      assert.equal(answers[0].status, 404, what);
      assert.equal('set-cookie' in answers[0].headers, false, what);
      assert.deepEqual(answers[0], answers[1], what);
    }
  });

  test('a token works once; again only in the browser that used it', async () => {
    const token = makeToken(world, pay.orderId);
    const address = `/pay/${pay.orderId}?token=${token}`;
    const first = await ask('GET', address);
    assert.equal(first.status, 303);
    assert.equal(first.headers.get('location'), `/pay/${pay.orderId}`);
    const cookie = first.headers.get('set-cookie');
    assert.match(cookie, /; HttpOnly/);
    assert.match(cookie, /; SameSite=Lax/);
    const stolen = await ask('GET', address);
    assert.equal(stolen.status, 404);
    assert.equal(stolen.headers.get('set-cookie'), null);
    const reload = await ask('GET', address, { cookie: cookie.split(';')[0] });
    assert.equal(reload.status, 303);
  });

  test('the page’s address keeps no token, and no other site can post', async () => {
    assert.equal(pay.page.url().includes('token'), false);
    const [cookie] = (await asha.context.cookies(world.serverUrl)).filter(({ name }) => name.startsWith('chukta_'));
    const post = (headers) => fetch(`${world.serverUrl}/api/orders/${pay.orderId}/attempts`, {
      method: 'POST',
      headers: { cookie: `${cookie.name}=${cookie.value}`, 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
      body: JSON.stringify({ channel: 'qrcode', app: null, vpa: null, replaces: null, device: 'desktop' }),
    });
    for (const headers of [
      { origin: 'https://evil.test', 'x-chukta-device': 'desktop' },
      { origin: world.serverUrl },
      { 'x-chukta-device': 'desktop' },
      { origin: 'null', 'x-chukta-device': 'desktop' },
    ]) assert.equal((await post(headers)).status, 403, JSON.stringify(headers));
    assert.deepEqual(await pay.attempts(), []);
  });

  test('the shop’s API says nothing without its key', async () => {
    for (const authorization of [undefined, 'Bearer wrong', `Basic ${world.secrets.SHOP_API_KEY}`]) {
      for (const id of [pay.orderId, kUnknown]) {
        const answer = await fetch(`${world.serverUrl}/v1/orders/${id}`, { headers: authorization ? { authorization } : {} });
        assert.equal(answer.status, 401);
      }
    }
  });
});
