// The pages that the server writes without the module: pictures of them need the built backend.
import fs from 'node:fs';
import path from 'node:path';
import { kThemes, kDevices } from './variants.mjs';

/** Name → how to get it. Another customer, a link used twice and an order that is not there look alike. */
const kPages = { not_found: '/pay/nobody-knows-this-order' };

/** Photographs them into `out`; answers with the number of pictures, or nothing where no backend is built. */
export async function shootServerPages(browser, out, wanted) {
  const build = process.env.CHUKTA_BUILD ?? 'build/release';
  const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../..');
  if (!fs.existsSync(path.resolve(root, build, 'server/chukta'))) return undefined;
  const { startWorld } = await import('../support/world.mjs');
  const world = await startWorld('gallery');
  let count = 0;
  try {
    for (const [name, address] of Object.entries(kPages)) {
      for (const device of ['phone', 'large', 'tablet', 'desktop']) {
        for (const theme of kThemes) {
          const picture = `${name}-${device}-${theme}-en`;
          if (!wanted(picture)) continue;
          const context = await browser.newContext({ ...kDevices[device], colorScheme: theme });
          const page = await context.newPage();
          await page.goto(world.serverUrl + address);
          await page.screenshot({ path: path.join(out, `${picture}.png`), fullPage: true });
          await context.close();
          ++count;
        }
      }
    }
  } finally {
    await world.stop();
  }
  return count;
}
