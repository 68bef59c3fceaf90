// The pages that the server writes without the module: pictures of them need the built backend.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kDevices, kLanguages, kThemes } from './variants.mjs';

export const kServerPages = ['not_found', 'forbidden', 'unavailable', 'unavailable_pressed', 'too_many', 'too_many_pressed'];
const kUsualDevices = ['phone', 'large', 'tablet', 'desktop'];
// Far more than a session may ask for.
const kRequestsMax = 500;

/**
 * What the server writes when it says no: name → {status, contentType, headers, body}. Not there, somebody else's (which
 * has to look like it), asked too often and broken; the last two to who opens a page and to who presses a button.
 * @param customer of that world (support/customer.mjs), in which nothing works afterwards
 */
export async function serverPages(world, customer) {
  const ask = customer.context.request;
  const pay = await customer.shop();
  const [orders, mine] = [`${world.serverUrl}/pay`, pay.page.url()];
  await pay.page.goto('about:blank');  // it would go on asking
  const press = () => ask.post(mine, { headers: { origin: world.serverUrl }, form: { button: 'show-qr' } });
  const pages = {};
  const keep = async (name, status, answer) => {
    const headers = answer.headers();
    assert.equal(answer.status(), status, name);
    assert.match(headers['content-type'], /^text\/html/, name);
    pages[name] = { status, headers, body: await answer.body() };
  };
  await keep('not_found', 404, await ask.get(`${orders}/nobody-knows-this-order`));
  await keep('forbidden', 404, await ask.get(mine, { headers: { cookie: '' } }));
  await promisify(execFile)('sqlite3', ['-cmd', '.timeout 5000', world.database.file, 'ALTER TABLE sessions RENAME TO gone']);
  await keep('unavailable', 503, await ask.get(mine));
  await keep('unavailable_pressed', 503, await press());
  let answer;
  for (let i = 0; i < kRequestsMax && answer?.status() !== 429; ++i) answer = await ask.get(mine);
  await keep('too_many', 429, answer);
  await keep('too_many_pressed', 429, await press());
  return pages;
}

/** One of them, as it came from the server. The caller closes its context. */
export async function openServerPage(browser, written, { device, theme, language }, options = {}) {
  const { before, ...kind } = kDevices[device];
  const context = await browser.newContext({ ...kind, locale: `${language}-IN`, colorScheme: theme, ...options });
  await context.route('**/*', (route) => route.fulfill(written));
  const page = await context.newPage();
  await page.goto('http://server.example/pay/F508037');
  return page;
}

export async function shootServerPage(browser, written, variant, options) {
  const page = await openServerPage(browser, written, variant, options);
  try {
    return await page.screenshot({ fullPage: true });
  } finally {
    await page.context().close();
  }
}

/** Photographs those that are wanted into `out`; answers with how many, or nothing where no backend is built. */
export async function shootServerPages(browser, out, isWanted) {
  const build = process.env.CHUKTA_BUILD ?? 'build/release';
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  if (!fs.existsSync(path.resolve(root, build, 'server/chukta'))) return undefined;
  const wanted = kServerPages.flatMap((name) => kUsualDevices.flatMap((device) => kThemes.flatMap((theme) =>
    kLanguages.map((language) => ({ device, theme, language, name, file: `${name}-${device}-${theme}-${language}` })))))
    .filter(({ file }) => isWanted(file));
  if (wanted.length === 0) return 0;
  const { Customer } = await import('../support/customer.mjs');
  const { startWorld } = await import('../support/world.mjs');
  const world = await startWorld('gallery');
  try {
    const pages = await serverPages(world, await Customer.arrive(browser, world, 'desktop', { mode: 'dom' }));
    for (const { name, file, ...variant } of wanted) {
      fs.writeFileSync(path.join(out, `${file}.png`), await shootServerPage(browser, pages[name], variant));
    }
    return wanted.length;
  } finally {
    await world.stop();
  }
}
