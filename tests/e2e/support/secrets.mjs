// Canaries: secrets that can be recognised wherever they leak.
import { randomBytes } from 'node:crypto';

const draw = (name, length = 24) => `canary-${name}-${randomBytes(length).toString('hex')}`;

export function drawSecrets() {
  // 24 to 64 bytes, all of them printable, so that a leak of the decoded key is seen as well.
  const webhookKey = draw('hook', 20);
  return {
    SHOP_API_KEY: draw('apikey'),
    SHOP_API_KEY_PREVIOUS: draw('apikeyold'),
    CUSTOMER_TOKEN_KEY: draw('tokenkey'),
    CUSTOMER_TOKEN_KEY_PREVIOUS: draw('tokenkeyold'),
    SHOP_WEBHOOK_SECRET: `whsec_${Buffer.from(webhookKey).toString('base64')}`,
    CASHFREE_CLIENT_ID: draw('clientid', 12),
    CASHFREE_CLIENT_SECRET: draw('clientsecret'),
    CASHFREE_CLIENT_SECRET_PREVIOUS: draw('clientsecretold'),
    webhookKey,
  };
}

/** Every spelling under which a secret could show up: as it is, in hex, in base64, in a URL. */
export function spellings(secret) {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64');
  // Inside a longer base64 text the secret may start at each of three offsets.
  const shifted = [1, 2].map((n) => {
    const text = Buffer.concat([Buffer.alloc(n), bytes]).toString('base64');
    return text.slice(4, -4);
  });
  return [
    secret,
    bytes.toString('hex'),
    base64.replace(/=+$/, '').slice(0, -1),
    bytes.toString('base64url').slice(0, -1),
    encodeURIComponent(secret),
    ...shifted,
  ];
}
