// A canary secret appears in no log line, answer, WASM, JS or database file (product.md §5).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { launch } from './support/browser.mjs';
import { Customer } from './support/customer.mjs';
import { readCode } from './support/pictures.mjs';
import { spellings } from './support/secrets.mjs';
import { makeToken } from './support/token.mjs';
import { UpiApp } from './support/upi_app.mjs';
import { eventually } from './support/wait.mjs';
import { kWebRoot, startWorld } from './support/world.mjs';

const filesUnder = (folder) => readdirSync(folder).flatMap((name) => {
  const file = path.join(folder, name);
  return statSync(file).isDirectory() ? filesUnder(file) : [file];
});

describe('secrets', () => {
  let world, browser;
  const answers = [];  // {from, text}: everything the server ever said here
  let vpa, phone, email;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('secrets'), launch()]);
    const app = await UpiApp.open(browser, world);
    const listen = (customer) => customer.context.on('response', async (response) => {
      if (!response.url().startsWith(world.serverUrl)) return;
      const headers = JSON.stringify(await response.allHeaders().catch(() => ({})));
      const body = await response.body().catch(() => Buffer.alloc(0));
      answers.push({ from: response.url(), text: headers + body.toString('latin1') });
    });

    // One of everything: three channels, a failure, a gateway that fails, forged news, a crash.
    const asha = await Customer.arrive(browser, world, 'desktop');
    listen(asha);
    const pay = await asha.shop();
    vpa = 'asha.canary@okaxis';
    await pay.payWithUpiId(vpa);
    await pay.says('WaitingCollect', 'as***@okaxis');
    await app.decline(pay.orderId);
    await pay.says('FailedUserCancelled');
    await pay.showQr.click();
    await app.scan(await readCode(pay, 'secrets-qr'));
    await pay.says('ThankYou');
    const mobile = await Customer.arrive(browser, world, 'android');
    listen(mobile);
    const phonePay = await mobile.shop();
    await phonePay.page.getByRole('link', { name: 'Paytm', exact: true }).waitFor();
    await world.gateway.fault('internal_error', { endpoint: 'order_pay' });
    await world.gateway.fault('html_body', { endpoint: 'order_pay' });
    await phonePay.payWithUpiId('ravi.canary@ybl');
    await eventually('an attempt', async () => (await phonePay.attempts()).length > 0);
    await world.server.kill9();
    await world.server.start();

    const keep = async (answer) => answers.push({
      from: answer.url, text: JSON.stringify([...answer.headers]) + (await answer.text()),
    });
    const get = (route, init) => fetch(world.serverUrl + route, init).then(keep);
    await get('/readyz');
    await get('/healthz');
    await get('/nowhere');
    await get(`/v1/orders/${pay.orderId}`);
    await get(`/v1/orders/${pay.orderId}`, { headers: { authorization: 'Bearer wrong' } });
    await get(`/pay/${pay.orderId}?token=${makeToken(world, pay.orderId, { key: 'x'.repeat(40) })}`);
    await get('/webhooks/cashfree', { method: 'POST', body: '{', headers: { 'x-webhook-signature': 'a', 'x-webhook-timestamp': '1' } });
    for (const body of [undefined, '{', '[]', '{"amount":-1}']) {
      await world.api('POST', '/v1/orders', body).then(keep);
    }
    await world.api('GET', `/v1/orders/${pay.orderId}`).then(keep);
    await world.api('GET', '/v1/orders').then(keep);
    phone = '9876543210';
    email = 'asha@example.com';
    await browser.close();
    await world.server.stop();
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const absent = (where, text) => {
    for (const [name, secret] of Object.entries(world.secrets)) {
      for (const spelling of spellings(secret)) {
        assert.equal(text.includes(spelling), false, `${name} is in ${where}`);
      }
    }
    assert.equal(/canary-(apikey|tokenkey|hook|clientid|clientsecret|db)/.test(text), false, `a canary is in ${where}`);
  };

  test('the search finds what it should find', () => {
    const [secret] = Object.values(world.secrets);
    for (const hidden of [secret, Buffer.from(`x${secret}y`).toString('base64'), Buffer.from(secret).toString('hex')]) {
      assert.throws(() => absent('a test', `before ${hidden} after`));
    }
  });

  test('no log line', () => {
    assert.ok(world.server.output.split('\n').length > 10, 'the server logs');
    absent('the server’s log', world.server.output);
    absent('the shop’s log', world.shop.output);
    for (const line of world.server.output.trim().split('\n')) {
      assert.doesNotThrow(() => JSON.parse(line), `one JSON line per fact: ${line.slice(0, 200)}`);
    }
  });

  test('no UPI ID, phone or e-mail in a log line', () => {
    for (const personal of [vpa, 'ravi.canary', phone, email]) {
      assert.equal(world.server.output.includes(personal), false, personal);
    }
    assert.equal(/token=|eyJ[A-Za-z0-9_-]{10}/.test(world.server.output), false, 'a token');
  });

  test('no answer: pages, API, errors, assets', () => {
    assert.ok(answers.length > 30, `${answers.length} answers`);
    assert.ok(answers.some(({ from }) => from.endsWith('.wasm')));
    for (const { from, text } of answers) {
      absent(from, text);
      assert.equal(/session_[A-Za-z0-9_-]{20}|payment_session_id/.test(text), false, `the gateway’s session is in ${from}`);
      assert.equal(/\/pg\/view\/upi\//.test(text), false, `payload.web is in ${from}`);
    }
  });

  test('no built file: WASM, JS, CSS, HTML', () => {
    const files = filesUnder(kWebRoot);
    assert.ok(files.some((file) => file.endsWith('.wasm')));
    for (const file of files) {
      let bytes = readFileSync(file);
      if (file.endsWith('.br')) bytes = brotliDecompressSync(bytes);
      if (file.endsWith('.gz')) bytes = gunzipSync(bytes);
      const text = bytes.toString('latin1');
      absent(file, text);
      // Neither these secrets nor the place of any.
      for (const word of ['CASHFREE_CLIENT', 'CUSTOMER_TOKEN_KEY', 'SHOP_API_KEY', 'whsec_', 'x-client-secret']) {
        assert.equal(text.includes(word), false, `${word} is in ${file}`);
      }
    }
  });

  test('no database file, and no UPI ID of an ended attempt in it', async () => {
    const files = filesUnder(world.dataFolder);
    assert.ok(files.length > 0);
    for (const file of files) absent(path.basename(file), readFileSync(file).toString('latin1'));
    const kept = await world.database.rows("SELECT vpa FROM attempts WHERE status IN ('failed', 'completed') AND vpa <> ''");
    assert.deepEqual(kept, []);
  });

  test('no environment or command line of the running process', async () => {
    await world.server.start();
    for (const what of ['environ', 'cmdline']) {
      const text = readFileSync(`/proc/${world.server.pid}/${what}`).toString('latin1');
      if (what === 'environ') assert.ok(text.includes('LISTEN_ADDRESS'));
      for (const name of Object.keys(world.secrets).filter((one) => one !== 'webhookKey')) {
        assert.equal(text.includes(world.secrets[name]), false, `${name} in ${what}`);
      }
    }
  });
});
