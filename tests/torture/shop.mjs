// A shop that listens, as a process of its own: checks the signature of every webhook (Standard
// Webhooks), writes what it was told to a file before it answers, and is away now and then.
//   node shop.mjs PORT FILE   with SHOP_WEBHOOK_SECRET in the environment
import { createHmac, timingSafeEqual } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
const key = Buffer.from(process.env.SHOP_WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
const book = openSync(file, 'a');
// One of these many is answered 503 before it is read, one is written down and then not answered:
// the sender must say it again.
const kRefusesEvery = 13;
const kForgetsEvery = 17;
let asked = 0;

function isSigned(headers, body) {
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const right = Buffer.from(`v1,${createHmac('sha256', key).update(text).digest('base64')}`);
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .some((one) => one.length === right.length && timingSafeEqual(Buffer.from(one), right));
}

createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(200).end();
  asked += 1;
  if (asked % kRefusesEvery === 0) {
    request.resume();
    return response.writeHead(503).end();
  }
  const forgets = asked % kForgetsEvery === 0;
  const pieces = [];
  request.on('data', (bytes) => pieces.push(bytes));
  request.on('end', () => {
    const body = Buffer.concat(pieces).toString();
    const signed = isSigned(request.headers, body);
    const line = { id: request.headers['webhook-id'], signed, at: Date.now(), body: JSON.parse(body) };
    writeSync(book, `${JSON.stringify(line)}\n`);
    if (forgets) return request.destroy();
    response.writeHead(signed ? 204 : 401).end();
  });
}).listen(Number(port), '127.0.0.1');
