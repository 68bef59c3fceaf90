// Screenshots for people to look at, and what machines can say of them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { colours, decodePng } from './png.mjs';
import { kOut } from './world.mjs';

const run = promisify(execFile);

/** The whole page into out/<name>.png. A blank one fails. */
export async function shoot(pay, name, options = {}) {
  const page = pay.page ?? pay;
  const file = path.join(kOut, `${name}.png`);
  // Two frames: the canvas has drawn what the nodes say.
  const drawn = page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  }));
  // Where scripts are off no frame is told of; there is only what the server wrote.
  await Promise.race([drawn, pause(2_000)]);
  drawn.catch(() => {});
  const png = await page.screenshot({ path: file, fullPage: true, ...options });
  const { count, mostCommon } = colours(decodePng(png));
  assert.ok(count > 40 && mostCommon < 0.985, `${name}.png is blank (${count} colours)`);
  return file;
}

/** The bytes that zbarimg reads in a picture. */
export async function readQr(file) {
  const { stdout } = await run(
    'zbarimg', ['--quiet', '--raw', '--oneshot', '-Sbinary', '-Sdisable', '-Sqrcode.enable', file],
    { encoding: 'buffer' },
  );
  return stdout.toString('latin1');
}

/** The code on the page as it is to be seen, read. */
export async function readCode(pay, name) {
  await pay.code.waitFor();
  return readQr(await shoot(pay, name));
}

/**
 * The gateway's own picture, as a data URI: the Order Pay call is repeated with its key, and
 * Cashfree answers what it answered before.
 */
export async function gatewayPicture(world, call) {
  const answer = await fetch(`${world.gateway.url}/pg/orders/sessions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-version': '2023-08-01',
      'x-idempotency-key': call.idempotency_key,
    },
    body: call.body,
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).data.payload.qrcode;
}

/** What that picture says. */
export async function gatewayQrText(world, call) {
  const file = path.join(world.folder, `gateway-${call.number}.png`);
  const picture = await gatewayPicture(world, call);
  writeFileSync(file, Buffer.from(picture.split(',')[1], 'base64'));
  return readQr(file);
}
