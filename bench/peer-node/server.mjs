// The peer: the same job as a good Node.js developer would write it, with the libraries that they would choose.
// Fastify, the official cashfree-pg package for signatures, better-sqlite3 or pg, on the tables of Chukta itself.
//   PORT, DATABASE_URL (sqlite:path or postgres://…), GROUP_COMMIT (1: webhooks that wait share one commit),
//   CHECKPOINT_THREAD (1: SQLite's log is moved by a thread of its own),
//   CASHFREE_CLIENT_SECRET, MERCHANT_ID
import { hash } from 'node:crypto';

import { Cashfree, CFEnvironment } from 'cashfree-pg';
import Fastify from 'fastify';

import { GroupCommit } from './group_commit.mjs';
import { pageOf, viewOf, viewSchema } from './views.mjs';

const { PORT, DATABASE_URL, GROUP_COMMIT, CHECKPOINT_THREAD, CASHFREE_CLIENT_SECRET, MERCHANT_ID } = process.env;

const { open } = await import(DATABASE_URL.startsWith('sqlite:') ? './sqlite.mjs' : './postgres.mjs');
const store = await open(DATABASE_URL, MERCHANT_ID, CHECKPOINT_THREAD === '1');
const apply = GROUP_COMMIT === '1' ? new GroupCommit(store) : { add: (news) => store.applyOne(news) };
// The last argument turns the package's error analytics off. They are on by default, trace every request of the process
// for a third party, and make it many times slower: a peer that kept them would be no rival.
const cashfree = new Cashfree(CFEnvironment.SANDBOX, 'TEST_CLIENT', CASHFREE_CLIENT_SECRET, '', '', '', false);

const sha256 = (text) => hash('sha256', text);

const app = Fastify({ logger: false, bodyLimit: 65_536 });
// The signature is over the raw bytes.
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

app.get('/healthz', async () => ({ status: 'ok' }));

const statusSchema = { type: 'object', properties: { status: { type: 'string' } } };
const answering = (schema) => ({ schema: { response: { 200: schema } } });

app.post('/webhooks/cashfree', answering(statusSchema), async (request, reply) => {
    let event;
    try {
        event = cashfree.PGVerifyWebhookSignature(
            request.headers['x-webhook-signature'], request.body, request.headers['x-webhook-timestamp']).object;
    } catch {
        return reply.code(401).send({ code: 'signature_invalid' });
    }
    const { order, payment } = event.data;
    await apply.add({
        key: sha256(request.body).slice(0, 32),
        body: request.body,
        now: Date.now(),
        orderId: order.order_id,
        paymentId: String(payment.cf_payment_id),
        status: payment.payment_status,
        paise: Math.round(payment.payment_amount * 100),
        reference: payment.bank_reference,
    });
    return { status: 'ok' };
});

// What the page shows to who holds this order's cookie; no row for anybody else.
async function shownTo(request) {
    const orderId = request.params.id;
    const name = `chukta_${orderId}=`;
    const cookie = (request.headers.cookie ?? '').split('; ').find((part) => part.startsWith(name));
    return cookie ? store.find(orderId, sha256(cookie.slice(name.length)), Date.now()) : [];
}

app.get('/api/orders/:id', answering(viewSchema), async (request, reply) => {
    const rows = await shownTo(request);
    return rows.length > 0 ? viewOf(rows) : reply.code(404).send({ code: 'order_not_found' });
});

app.get('/pay/:id', async (request, reply) => {
    const rows = await shownTo(request);
    return rows.length > 0 ? reply.type('text/html; charset=utf-8').send(pageOf(rows))
        : reply.code(404).send('Not found');
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
process.on('SIGTERM', async () => {
    await app.close();
    await store.close();
    process.exit(0);
});
