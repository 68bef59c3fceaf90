// The pictures that tests hold against what was accepted, and how.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodePng } from '../support/png.mjs';
import { difference, encodePng, reduced } from './reduced.mjs';

const kBaseline = path.join(path.dirname(fileURLToPath(import.meta.url)), 'baseline');
const kOut = path.resolve(kBaseline, '../../out');
export const kAccept = process.env.CHUKTA_ACCEPT_LOOK === '1';

// Recorded state → device, theme, language and, if it is not the canvas, mode. Each state, each kind of
// variant (device × theme × language) and each layout is here; look.test.mjs says what is missing.
export const kWatched = {
  loading: ['large dark hi'],
  choose: [
    'phone light en', 'phone dark en', 'phone light hi', 'phone light en dom', 'large light en', 'tablet light en',
    'desktop light en', 'desktop dark hi', 'desktop_site light en',
  ],
  no_items: ['desktop light hi'],
  one_rupee: ['phone dark hi'],
  one_crore: ['phone light en', 'tablet dark hi'],
  long_names: ['phone light en'],
  hindi_merchant: ['phone light hi'],
  ten_items: ['desktop light en'],
  ten_items_open: ['large light hi'],
  typing: ['phone light en'],
  upi_id_error: ['phone light en'],
  upi_id_suggestion: ['desktop light en'],
  upi_id_note: ['large dark en'],
  upi_id_refused: ['desktop light hi'],
  more_apps: ['ipad dark hi'],
  choose_iphone: ['iphone light en', 'iphone dark hi', 'ipad light en'],
  switched_device: ['desktop light en'],
  feature_phone: ['feature_phone light en', 'feature_phone dark hi'],
  without_upi_id: ['phone dark en'],
  in_app_browser: [
    'in_app_android light en', 'in_app_android dark hi', 'in_app_iphone light hi', 'in_app_iphone dark en',
  ],
  notice: ['phone light hi'],
  starting_app: ['tablet light hi'],
  starting_collect: ['desktop dark en'],
  starting_qr: ['phone dark hi'],
  waiting_intent: ['phone light en', 'desktop light hi', 'iphone dark en'],
  app_did_not_open: ['phone light en'],
  app_did_not_open_iphone: ['ipad light hi'],
  app_did_not_open_switched: ['desktop light en'],
  in_app_waiting: ['in_app_android light hi', 'in_app_iphone light en', 'in_app_iphone dark hi'],
  in_app_did_not_open: ['in_app_android light en', 'in_app_android dark en'],
  waiting_collect: ['desktop light en', 'phone light en'],
  waiting_crore: ['phone light hi'],
  last_minute: ['desktop dark hi'],
  waiting_long: ['phone dark hi'],
  check_upi_app: ['large light hi'],
  switch_method: ['desktop light en', 'tablet dark en'],
  qr: [
    'phone dark en', 'desktop light en', 'tablet light hi', 'ipad dark en', 'desktop_site dark hi', 'feature_phone dark en',
  ],
  qr_short: ['large dark hi'],
  qr_long: ['desktop dark hi'],
  qr_signed: ['phone light hi'],
  qr_not_drawable: ['desktop light hi'],
  qr_checking: ['large light en'],
  qr_expired: ['phone light en', 'desktop dark hi'],
  qr_ended: ['phone dark hi'],
  failed_declined: ['phone light en', 'desktop dark en', 'tablet dark hi', 'desktop_site light hi', 'desktop_site dark en'],
  failed_iphone: ['iphone light hi'],
  failed_cancelled: ['desktop light hi'],
  failed_detail: ['phone dark en'],
  failed_unclear: ['phone dark hi'],
  pay_again: ['desktop light hi'],
  money_returning: ['phone light hi'],
  channel_closed: ['phone light hi'],
  upi_id_closed: ['tablet light en'],
  qr_closed: ['desktop dark en'],
  upi_id_not_allowed: ['phone light en'],
  paid: ['phone light en', 'desktop dark hi', 'feature_phone light hi'],
  paid_just_now: ['large dark hi'],
  review: ['phone dark en'],
  contact_you: ['phone light hi'],
  attempts_exhausted: ['desktop light en'],
  attempts_exhausted_unclear: ['phone light hi'],
  order_expired: ['phone dark hi'],
  order_cancelled: ['desktop light en'],
  try_later: ['phone light hi'],
  try_later_waiting: ['phone dark en'],
  offline: ['phone light en'],
  session_ended: ['desktop light en'],
  link_does_not_work: ['phone light hi'],
};

/** {state, device, theme, language, mode, name}: what has to be photographed for kWatched. */
export const watchedPictures = Object.entries(kWatched).flatMap(([state, variants]) => variants.map((variant) => {
  const [device, theme, language, mode = 'canvas'] = variant.split(' ');
  return { state, device, theme, language, mode, name: [state, device, theme, language, mode].join('-') };
}));

// Pages that the server writes without the module (server_pages.mjs).
export const watchedServerPages = [
  ['not_found', 'phone', 'light'], ['forbidden', 'desktop', 'dark'], ['too_many', 'large', 'dark'],
  ['too_many_pressed', 'phone', 'light'], ['unavailable', 'desktop', 'light'], ['unavailable_pressed', 'tablet', 'dark'],
].map(([page, device, theme]) => ({ page, device, theme, language: 'hi', name: `${page}-${device}-${theme}` }));

/** A picture at one device pixel to a css pixel looks as it was accepted to look. */
export function looksAsAccepted(name, png) {
  const now = reduced(png);
  const file = path.join(kBaseline, `${name}.png`);
  if (kAccept) return fs.writeFileSync(file, encodePng(now));
  assert.ok(fs.existsSync(file), `${name} was never accepted: scripts/gallery --accept`);
  const what = difference(decodePng(fs.readFileSync(file)), now);
  if (what === '') return undefined;
  fs.writeFileSync(path.join(kOut, `look-${name}.png`), png);
  return assert.fail(`${what}; see out/look-${name}.png. If it is meant: scripts/gallery --accept`);
}

/** Accepted pictures that no test holds anything against. When something is accepted they go. */
export function stalePictures() {
  const names = [...watchedPictures, ...watchedServerPages].map(({ name }) => `${name}.png`);
  const stale = fs.readdirSync(kBaseline).filter((file) => !names.includes(file));
  if (!kAccept) return stale;
  stale.forEach((file) => fs.rmSync(path.join(kBaseline, file)));
  return [];
}
