// On an empty database: a customer's press until the page has the QR code, over what the gateway itself takes for one.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import { join } from 'node:path';

import { sleep } from './machine.mjs';
import { freePort, secret, start, statusOf } from './servers.mjs';
import { merchant } from './seed.mjs';

const agent = new http.Agent({ keepAlive: true });

function ask(port, method, path, headers, body) {
    return new Promise((resolve, reject) => {
        const began = process.hrtime.bigint();
        const text = body === undefined ? '' : JSON.stringify(body);
        const request = http.request({ agent, port, host: '127.0.0.1', method, path,
            headers: { ...headers, ...(text === '' ? {} : { 'Content-Type': 'application/json',
                'Content-Length': Buffer.byteLength(text) }) } });
        request.on('error', reject);
        request.on('response', (response) => {
            let got = '';
            response.on('data', (bytes) => { got += bytes; });
            response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: got,
                ms: Number(process.hrtime.bigint() - began) / 1e6 }));
        });
        request.end(text);
    });
}

async function good(promise, status) {
    const answer = await promise;
    if (answer.status !== status) throw new Error(`${answer.status} ${answer.text}`);
    return answer;
}

const base64url = (text) => Buffer.from(text).toString('base64url');

function customerToken(key, orderId, customerId) {
    const now = Math.floor(Date.now() / 1000);
    const text = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify({ iss: merchant,
        aud: 'chukta', sub: customerId, order_id: orderId, iat: now, exp: now + 120, jti: randomUUID() }))}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export async function measureStart({ root, name, url, log, samples = 12 }) {
    const sandboxPort = await freePort();
    const file = openSync(log('sandbox'), 'w');
    const sandbox = spawn(process.env.SANDBOX_BIN ?? join(root, 'build/release/sandbox/chukta-sandbox'), [], {
        stdio: ['ignore', file, file], env: { SANDBOX_ADDRESS: '127.0.0.1', SANDBOX_PORT: sandboxPort,
            SANDBOX_PUBLIC_URL: `http://127.0.0.1:${sandboxPort}`, CASHFREE_CLIENT_ID: 'TEST_CLIENT',
            CASHFREE_CLIENT_SECRET: secret, SANDBOX_RATE_LIMITS: 'off' } });
    closeSync(file);
    const ended = new Promise((resolve) => sandbox.once('exit', resolve));
    let server;
    try {
        while ((await statusOf(sandboxPort, '/')).status === 0) await sleep(10);
        server = await start({ root, name, url, log: log('attempts'), empty: true,
            more: { CASHFREE_BASE_URL: `http://127.0.0.1:${sandboxPort}/pg` } });
        const whole = [];
        const gateway = [];
        for (let i = 0; i < samples; ++i) {
            gateway.push(await gatewayAlone(sandboxPort, i));
            whole.push(await tapToLink(server.port, i));
            // The gateway takes 100 Order Pay calls a minute from one address, and Chukta paces itself by windows.
            await sleep(1500);
        }
        return { name, samples, gatewayMs: median(gateway), wholeMs: median(whole),
            overheadMs: median(whole) - median(gateway), all: { gateway, whole } };
    } finally {
        if (server) await server.stop();
        sandbox.kill('SIGTERM');
        await ended;
    }
}

const gatewayHeaders = { 'x-client-id': 'TEST_CLIENT', 'x-client-secret': secret, 'x-api-version': '2023-08-01' };

async function gatewayAlone(port, i) {
    const order = await good(ask(port, 'POST', '/pg/orders', gatewayHeaders, { order_id: `alone_${Date.now()}_${i}`,
        order_amount: 499, order_currency: 'INR',
        customer_details: { customer_id: 'customer_1', customer_phone: '9999999999' } }), 200);
    const { payment_session_id: session } = JSON.parse(order.text);
    const pay = await good(ask(port, 'POST', '/pg/orders/sessions', { 'x-api-version': '2023-08-01',
        'x-idempotency-key': randomUUID() }, { payment_session_id: session,
        payment_method: { upi: { channel: 'qrcode' } } }), 200);
    return pay.ms;
}

async function tapToLink(port, i) {
    const shop = { Authorization: 'Bearer bench-shop-api-key-0123456789' };
    const id = `tap_${Date.now()}_${i}`;
    await good(ask(port, 'POST', '/v1/orders', shop, { order_id: id, amount: 49900, currency: 'INR',
        customer: { id: 'customer_1', phone: '9999999999' }, items: [{ name: 'Assam', quantity: 1, amount: 49900 }],
        return_url: 'https://shop.example.com/thanks' }), 201);
    const token = customerToken('bench-customer-token-key-0123456789ab', id, 'customer_1');
    const opened = await good(ask(port, 'GET', `/pay/${id}?token=${token}`, {}), 303);
    const cookie = opened.headers['set-cookie'][0].split(';')[0];
    const page = { Cookie: cookie, Origin: `http://127.0.0.1:${port}`, 'X-Chukta-Device': 'desktop' };
    // The gateway's order is made when the shop's is; a customer taps later than that.
    await sleep(300);
    const began = process.hrtime.bigint();
    const started = await good(ask(port, 'POST', `/api/orders/${id}/attempts`,
        { ...page, 'Idempotency-Key': randomUUID() }, { channel: 'qrcode', device: 'desktop' }), 202);
    let view = JSON.parse(started.text);
    while (!view.attempt?.prompt) {
        const held = await good(ask(port, 'GET', `/api/orders/${id}?after=${view.version}&wait_s=25`, page), 200);
        view = JSON.parse(held.text);
    }
    return Number(process.hrtime.bigint() - began) / 1e6;
}
