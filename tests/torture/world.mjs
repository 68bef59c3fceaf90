// The programs of one run: a server that will be killed, the sandbox, and a shop that listens.
import { copyFileSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Sandbox } from '../e2e/support/gateway.mjs';
import { Program, freePort } from '../e2e/support/process.mjs';
import { drawSecrets } from '../e2e/support/secrets.mjs';

// Debian's Node is 18, which has no import.meta.dirname.
const kHere = fileURLToPath(new URL('.', import.meta.url));
const kRoot = path.resolve(kHere, '../..');
const kBuild = path.resolve(kRoot, process.env.CHUKTA_BUILD ?? 'build/release');

export class World {
  /**
   * @param store where the server's rows are kept: see stores.mjs
   * @param refundsDuplicates whether what is paid twice goes back by itself
   */
  constructor(store, out, refundsDuplicates) {
    this.store = store;
    this.refundsDuplicates = refundsDuplicates;
    this.out = out;
    this.secrets = drawSecrets();
    this.merchantId = 'chai_and_co';
    mkdirSync(out, { recursive: true });
    this.folder = mkdtempSync(path.join(tmpdir(), 'chukta-torture-'));
    this.bookFile = path.join(this.folder, 'told.jsonl');
    writeFileSync(this.bookFile, '');
  }

  async start() {
    const [serverPort, sandboxPort, shopPort] = [await freePort(), await freePort(), await freePort()];
    this.serverUrl = `http://127.0.0.1:${serverPort}`;
    this.shopUrl = `http://127.0.0.1:${shopPort}`;
    this.gateway = new Sandbox(`http://127.0.0.1:${sandboxPort}`);
    const { CASHFREE_CLIENT_ID, CASHFREE_CLIENT_SECRET, SHOP_API_KEY, CUSTOMER_TOKEN_KEY,
      SHOP_WEBHOOK_SECRET } = this.secrets;
    const program = (name, command, readyUrl, env) =>
      new Program({ name, path: command, env, readyUrl, logFile: path.join(this.out, `${name}.log`) });
    // The page itself is not asked for here; a template is all that the server needs of it.
    const web = path.join(this.folder, 'web');
    mkdirSync(path.join(web, 'assets'), { recursive: true });
    writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>{{title}}</title>{{order_id}}');

    this.sandbox = program(
      'sandbox', path.join(kBuild, 'sandbox/chukta-sandbox'), `${this.gateway.url}/sandbox/faults`, {
        SANDBOX_ADDRESS: '127.0.0.1',
        SANDBOX_PORT: sandboxPort,
        SANDBOX_PUBLIC_URL: this.gateway.url,
        CASHFREE_CLIENT_ID,
        CASHFREE_CLIENT_SECRET,
        WEBHOOK_URL: `${this.serverUrl}/webhooks/cashfree`,
        COLLECT_SUCCESS_DELAY_MS: '700',
        // Cashfree's own, so that a server which comes back must still keep to them.
        SANDBOX_RATE_LIMITS: 'production',
        SANDBOX_STATE_FILE: path.join(this.folder, 'sandbox.db'),
      });
    // A full disk by a limit on file sizes (stores.mjs) must fail a write, not end the process.
    const wrapper = path.join(this.folder, 'server.sh');
    writeFileSync(
      wrapper, `#!/bin/sh\ntrap '' XFSZ\nexec '${path.join(kBuild, 'server/chukta_faults')}'\n`, { mode: 0o755 });
    this.server = program('server', wrapper, `${this.serverUrl}/readyz`, {
      LISTEN_ADDRESS: '127.0.0.1',
      PORT: serverPort,
      PUBLIC_URL: this.serverUrl,
      DATABASE_URL: this.store.url,
      WEB_ROOT: web,
      MERCHANT_ID: this.merchantId,
      MERCHANT_NAME: 'Chai & Co.',
      SHOP_API_KEY,
      CUSTOMER_TOKEN_KEY,
      SHOP_WEBHOOK_URL: `${this.shopUrl}/webhooks/chukta`,
      SHOP_WEBHOOK_SECRET,
      ALLOWED_ORIGINS: this.shopUrl,
      CASHFREE_BASE_URL: `${this.gateway.url}/pg`,
      CASHFREE_CLIENT_ID,
      CASHFREE_CLIENT_SECRET,
      RECONCILE_FIRST_MS: '1500',
      UNCLEAR_GRACE_MS: '1500',
      ...(this.refundsDuplicates ? { AUTO_REFUND_DUPLICATES: '1', AUTO_REFUND_WAIT_S: '2' } : {}),
      DEVELOPMENT: '1',
    });
    const listener = path.join(this.folder, 'shop.sh');
    writeFileSync(
      listener,
      `#!/bin/sh\nexec '${process.execPath}' '${path.join(kHere, 'shop.mjs')}' ` +
        `${shopPort} '${this.bookFile}'\n`,
      { mode: 0o755 });
    this.shop = program('shop', listener, `${this.shopUrl}/healthz`, { SHOP_WEBHOOK_SECRET });
    await Promise.all([this.sandbox.start(), this.server.start(), this.shop.start()]);
    await this.clearFaults();
  }

  /** None but what lasts: else the gateway itself gives a second payment back, and nothing is left for the server to do. */
  async clearFaults() {
    await this.gateway.clearFaults();
    if (this.refundsDuplicates) await this.gateway.fault('keep_second_success', { count: 'always' });
  }

  async stop() {
    await Promise.all([this.server, this.sandbox, this.shop].map((one) => one?.kill9()));
    copyFileSync(this.bookFile, path.join(this.out, 'told.jsonl'));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the shop was told, in the order in which it was. */
  told() {
    return readFileSync(this.bookFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
}
