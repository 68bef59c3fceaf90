// Customer tokens as the shop signs them (HS256), and such as nobody should.
import { createHmac, randomUUID } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function makeToken(world, order_id, changes = {}) {
  const { header = { alg: 'HS256', typ: 'JWT' }, key = world.secrets.CUSTOMER_TOKEN_KEY, ...claims } = changes;
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: world.merchantId, aud: 'chukta', sub: 'cust_asha', order_id, iat: now, exp: now + 120,
    jti: randomUUID(), ...claims,
  };
  const text = `${encode(header)}.${encode(payload)}`;
  const hash = { HS256: 'sha256', HS512: 'sha512' }[header.alg];
  return `${text}.${hash ? createHmac(hash, key).update(text).digest('base64url') : ''}`;
}
