// One shop, one Chukta and one Cashfree as real processes, with data and secrets of their own.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database } from './database.mjs';
import { Sandbox } from './gateway.mjs';
import { Program, freePort } from './process.mjs';
import { drawSecrets } from './secrets.mjs';

const kRoot = fileURLToPath(new URL('../../..', import.meta.url));
export const kOut = path.join(kRoot, 'tests/e2e/out');
const kBuild = path.resolve(kRoot, process.env.CHUKTA_BUILD ?? 'build/release');
export const kWebRoot = path.resolve(kRoot, process.env.WEB_ROOT ?? 'build/wasm/dist');

export const kMerchant = 'Chai & Co.';

/**
 * @param name of the test file, for log files
 * @param options.server, options.sandbox: environment variables on top of the usual ones
 */
export async function startWorld(name, options = {}) {
  const world = new World(name, options);
  try {
    await world.start();
  } catch (error) {
    await world.stop();
    throw error;
  }
  return world;
}

class World {
  constructor(name, { server = {}, sandbox = {} }) {
    this.name = name;
    this.overrides = { server, sandbox };
    this.secrets = drawSecrets();
    // The database's place is a secret too (product.md §5), so its folder is a canary.
    this.folder = mkdtempSync(path.join(tmpdir(), 'chukta-e2e-'));
    this.dataFolder = path.join(this.folder, `canary-db-${randomBytes(8).toString('hex')}`);
    mkdirSync(this.dataFolder);
    mkdirSync(kOut, { recursive: true });
    this.database = new Database(path.join(this.dataFolder, 'chukta.db'));
  }

  async start() {
    const [serverPort, sandboxPort, shopPort] = [
      await freePort(), await freePort(), await freePort(),
    ];
    const address = (port) => `http://127.0.0.1:${port}`;
    this.serverUrl = address(serverPort);
    this.shopUrl = address(shopPort);
    this.gateway = new Sandbox(address(sandboxPort));
    const { CASHFREE_CLIENT_ID, CASHFREE_CLIENT_SECRET, SHOP_API_KEY, CUSTOMER_TOKEN_KEY,
      SHOP_WEBHOOK_SECRET, SHOP_API_KEY_PREVIOUS, CUSTOMER_TOKEN_KEY_PREVIOUS,
      CASHFREE_CLIENT_SECRET_PREVIOUS } = this.secrets;
    this.merchantId = 'chai_and_co';
    const program = (which, binary, ready, env) => new Program({
      name: which,
      path: path.join(kBuild, binary),
      env,
      readyUrl: ready,
      logFile: path.join(kOut, `${this.name}-${which}.log`),
    });
    this.sandbox = program('sandbox', 'sandbox/chukta-sandbox', `${this.gateway.url}/sandbox/state`, {
      SANDBOX_ADDRESS: '127.0.0.1',
      SANDBOX_PORT: sandboxPort,
      SANDBOX_PUBLIC_URL: this.gateway.url,
      CASHFREE_CLIENT_ID,
      CASHFREE_CLIENT_SECRET,
      MERCHANT_NAME: kMerchant,
      WEBHOOK_URL: `${this.serverUrl}/webhooks/cashfree`,
      COLLECT_SUCCESS_DELAY_MS: '700',
      SANDBOX_RATE_LIMITS: 'off',
      SANDBOX_STATE_FILE: path.join(this.folder, 'sandbox.db'),
      ...this.overrides.sandbox,
    });
    this.server = program('server', 'server/chukta', `${this.serverUrl}/readyz`, {
      LISTEN_ADDRESS: '127.0.0.1',
      PORT: serverPort,
      PUBLIC_URL: this.serverUrl,
      DATABASE_URL: `sqlite:${this.database.file}`,
      WEB_ROOT: kWebRoot,
      MERCHANT_ID: this.merchantId,
      MERCHANT_NAME: kMerchant,
      MERCHANT_CATEGORY_CODE: '5499',
      SHOP_API_KEY,
      SHOP_API_KEY_PREVIOUS,
      CUSTOMER_TOKEN_KEY,
      CUSTOMER_TOKEN_KEY_PREVIOUS,
      SHOP_WEBHOOK_URL: `${this.shopUrl}/webhooks/chukta`,
      SHOP_WEBHOOK_SECRET,
      ALLOWED_ORIGINS: this.shopUrl,
      CASHFREE_BASE_URL: `${this.gateway.url}/pg`,
      CASHFREE_CLIENT_ID,
      CASHFREE_CLIENT_SECRET,
      CASHFREE_CLIENT_SECRET_PREVIOUS,
      RECONCILE_FIRST_MS: '1500',
      UNCLEAR_GRACE_MS: '1500',
      DEVELOPMENT: '1',
      ...this.overrides.server,
    });
    this.shop = program('shop', 'sandbox/shop/chukta-shop', `${this.shopUrl}/healthz`, {
      SHOP_ADDRESS: '127.0.0.1',
      SHOP_PORT: shopPort,
      SHOP_PUBLIC_URL: this.shopUrl,
      SHOP_STATE_FILE: path.join(this.folder, 'shop.json'),
      CHUKTA_URL: this.serverUrl,
      MERCHANT_ID: this.merchantId,
      SHOP_API_KEY,
      CUSTOMER_TOKEN_KEY,
      SHOP_WEBHOOK_SECRET,
    });
    await Promise.all([this.sandbox.start(), this.server.start(), this.shop.start()]);
  }

  async stop() {
    await Promise.all([this.server, this.sandbox, this.shop].map((one) => one?.kill9()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the shop knows: its orders and the webhooks it was sent. */
  async shopState() {
    return (await fetch(`${this.shopUrl}/shop/state`)).json();
  }

  async shopOrder(order_id) {
    return (await this.shopState()).orders.find((order) => order.order_id === order_id);
  }

  /** Webhooks of one order at the shop, by type. */
  async shopWebhooks(order_id, type) {
    return (await this.shopState()).webhooks.filter(
      (webhook) => webhook.order_id === order_id && (!type || webhook.type === type),
    );
  }

  /** A call of the shop's server to ours. */
  api(method, route, body) {
    return fetch(this.serverUrl + route, {
      method,
      headers: {
        authorization: `Bearer ${this.secrets.SHOP_API_KEY}`,
        'content-type': 'application/json',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}
