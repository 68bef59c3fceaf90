// axe-core inside a page.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const kAxe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Brings axe into the page as it is now; once for each load. */
export const bringAxe = (page) => page.evaluate(kAxe);

/** What axe finds wrong, in words. */
export async function axe(page, options = {}) {
  const { violations } = await page.evaluate((asked) => globalThis.axe.run({ resultTypes: ['violations'], ...asked }), options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
